package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// What the store needs of the file system, one system call each. The seam at which tests stop it
/// after any step, or make a step fail.
///
/// *Safe for several threads.* Nothing here is disturbed by an interrupt; a pending one stays pending.
interface StoreFiles {

    /// Whether there is anything at a path.
    boolean exists(Path path);

    /// Makes one folder, whose parent exists. Does nothing if it is there.
    void createFolder(Path folder) throws IOException;

    /// The names in a folder, sorted; none if there is no such folder.
    List<String> names(Path folder) throws IOException;

    /// Whether a path is a folder.
    boolean isFolder(Path path);

    /// Makes a file that is not there, for reading and writing.
    OpenFile create(Path file) throws IOException;

    /// Opens a file for reading.
    OpenFile open(Path file) throws IOException;

    /// Opens a file for reading and writing.
    OpenFile openForWriting(Path file) throws IOException;

    /// Gives a file another name in one step; a file of that name is replaced.
    void moveAtomically(Path from, Path to) throws IOException;

    /// Deletes a file, or an empty folder; does nothing if it is not there.
    void delete(Path path) throws IOException;

    /// Makes the names in a folder last.
    void forceFolder(Path folder) throws IOException;

    /// Takes the one lock of a root, until it is closed; the file is made if need be.
    ///
    /// @throws LockedException if somebody else has it
    AutoCloseable lock(Path file) throws IOException;

    /// How many bytes the disk has left.
    long usableBytes(Path folder) throws IOException;

    /// An open file.
    interface OpenFile extends AutoCloseable {

        /// How long it is now.
        long bytes() throws IOException;

        /// Reads until the buffer is full or the file ends.
        ///
        /// @return how much
        int read(ByteBuffer into, long position) throws IOException;

        /// Writes the whole buffer.
        void write(ByteBuffer bytes, long position) throws IOException;

        /// Makes the file's bytes last.
        void force() throws IOException;

        /// Cuts the file.
        void truncate(long toBytes) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Somebody else has the lock.
    final class LockedException extends IOException {
        private static final long serialVersionUID = 1L;

        LockedException(String who) {
            super(who);
        }
    }
}
