package dev.isobar.memory.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;

/// What loading needs of the system. The seam at which tests make it fail.
///
/// *Safe for several threads.*
interface FilePlatform {

    /// What the system says about a path.
    ///
    /// @throws LoadException `NOT_A_FILE` if it is no regular file
    FileStamp stamp(Path path) throws IOException;

    /// Opens a regular file for reading.
    ///
    /// @param direct whether reads go past the page cache; then addresses, positions and lengths are
    ///     multiples of [OpenFile#blockBytes()]
    /// @throws UnsupportedOperationException if the file cannot be read that way
    OpenFile open(Path path, boolean direct) throws IOException;

    /// Takes a mapping back.
    ///
    /// @throws IllegalStateException if a native call is using it: nothing was taken back
    void unmap(Arena arena);

    /// Tells the system what will happen to mapped bytes.
    ///
    /// @throws IOException if the system refuses
    Advice.Outcome advise(MemorySegment bytes, Advice advice) throws IOException;

    /// Asks the page cache to forget a range of a file. It keeps what somebody has mapped or has not
    /// written out.
    ///
    /// @throws IOException if the system refuses
    Advice.Outcome dropCached(Path path, long offset, long bytes) throws IOException;

    /// How much of mapped bytes is in memory; empty where the system does not say.
    OptionalLong residentBytes(MemorySegment bytes);

    /// An open file.
    interface OpenFile {

        /// How long it is now.
        long bytes() throws IOException;

        /// What direct reads are multiples of; a power of two.
        long blockBytes() throws IOException;

        /// Reads at a position, as much as the system gives in one call.
        ///
        /// @return how much; -1 at the end of the file
        int read(ByteBuffer into, long position) throws IOException;

        /// Maps the first `bytes` bytes for reading.
        MemorySegment map(long bytes, Arena arena) throws IOException;

        void close() throws IOException;
    }
}
