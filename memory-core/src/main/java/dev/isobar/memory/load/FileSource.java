package dev.isobar.memory.load;

import dev.isobar.memory.load.FilePlatform.OpenFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A file that was registered with [FileSources]: known by its size, time and key, so that a change
/// is noticed. A model in several files is a list of these.
///
/// It keeps the file open, and at most one mapping of it, which all leases share.
///
/// *Safe for several threads.* One lock, held while the file is mapped, unmapped or opened a second
/// time; only those who do the same with the same file wait for it.
public final class FileSource {

    private static final int DIGEST_BUFFER_BYTES = 1 << 20;

    final long id;
    final FileSources sources;

    private final FilePlatform platform;
    private final Path path;
    private final FileStamp stamp;
    private final OpenFile file;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private @Nullable Arena arena;
    private @Nullable MemorySegment mapped;
    private @Nullable OpenFile directFile;
    private int leases;

    FileSource(
            long id,
            FileSources sources,
            FilePlatform platform,
            Path path,
            FileStamp stamp,
            OpenFile file) {
        this.id = id;
        this.sources = sources;
        this.platform = platform;
        this.path = path;
        this.stamp = stamp;
        this.file = file;
    }

    /// Where the file is, as it was registered.
    public Path path() {
        return path;
    }

    /// How long it was when it was registered, in bytes.
    public long bytes() {
        return stamp.bytes();
    }

    /// By what it is known again.
    public FileStamp stamp() {
        return stamp;
    }

    /// All of it.
    public Extent whole() {
        return new Extent(this, 0, bytes());
    }

    /// A range of it, which is checked when it is used.
    public Extent extent(long offset, long bytes) {
        return new Extent(this, offset, bytes);
    }

    /// Checks that the file is still the one that was registered.
    ///
    /// @throws LoadException `SOURCE_CHANGED`, `SOURCE_TRUNCATED`, `SIZE_FAILED` or `SOURCE_CLOSED`
    public void recheck() {
        requireOpen();
        FileStamp now;
        try {
            requireUntruncated(file.bytes());
            now = platform.stamp(path);
        } catch (NoSuchFileException e) {
            throw LoadException.of(LoadError.SOURCE_CHANGED, name(), e);
        } catch (IOException e) {
            throw LoadException.of(LoadError.SIZE_FAILED, name(), e);
        }
        if (!now.key().equals(stamp.key())) {
            throw changed("another file is there now");
        }
        requireUntruncated(now.bytes());
        if (!now.equals(stamp)) {
            throw changed(
                    "it was written to: had %d bytes of %s, has %d of %s"
                            .formatted(
                                    stamp.bytes(), stamp.modified(), now.bytes(), now.modified()));
        }
    }

    /// The SHA-256 of the file's bytes as they are now. Reads all of it, past no cache.
    ///
    /// @throws LoadException if the file cannot be read, or is not the one that was registered
    public byte[] sha256() {
        MessageDigest digest = newSha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(DIGEST_BUFFER_BYTES);
        for (long position = 0; position < bytes(); ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), bytes() - position));
            position += readFully(file, buffer, position, buffer.remaining(), _ -> {});
            digest.update(buffer.flip());
        }
        recheck();
        return digest.digest();
    }

    /// Maps a range, by way of the one mapping of the file that all leases share. The mapping may be
    /// read in place; whoever hands it to native code copies it first, because a file that is cut
    /// short would end the process there. [MappingLease#read] is a copy that fails in order.
    ///
    /// @param owner who will release it; not blank
    /// @throws LoadException if the range, the system or the registry does not allow it
    public MappingLease map(long offset, long bytes, String owner) {
        return sources.lease(this, offset, bytes, owner);
    }

    /// Asks the page cache to forget a range, so that other files have its room. It keeps what somebody
    /// has mapped, and pages of which the range has only a part.
    ///
    /// @return whether the system did; a refusal is no error
    public Advice.Outcome dropCached(Extent extent) {
        try {
            return platform.dropCached(path, extent.offset(), extent.bytes());
        } catch (IOException | RuntimeException e) {
            return Advice.Outcome.noEffect(String.valueOf(e.getMessage()));
        }
    }

    /// Gives the file up: its leases must have been released. Closing twice does nothing.
    ///
    /// @throws LoadException `CLOSE_FAILED` if the system says so; it is closed nevertheless
    /// @throws IllegalStateException if there are leases
    void close() {
        lock.lock();
        try {
            if (leases > 0) {
                throw new IllegalStateException(name() + ": " + leases + " leases are open");
            }
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            closeFiles();
        } finally {
            lock.unlock();
        }
    }

    private void closeFiles() {
        try (AutoCloseable _ = directFile == null ? () -> {} : directFile::close) {
            file.close();
        } catch (Exception e) {
            throw LoadException.of(LoadError.CLOSE_FAILED, name(), e);
        }
    }

    boolean isOpen() {
        return !closed.get();
    }

    String name() {
        return path.toString();
    }

    void requireOpen() {
        if (closed.get()) {
            throw LoadException.of(LoadError.SOURCE_CLOSED, name(), "the source was closed");
        }
    }

    /// The checks of a range, one after the other, each with its own code.
    void requireRange(long offset, long bytes) {
        if (bytes < 1) {
            throw range(LoadError.EMPTY_RANGE, offset, bytes, "at least 1 byte is needed");
        }
        long limit = sources.config().maxRangeBytes();
        if (bytes > limit) {
            throw range(LoadError.TOO_LARGE, offset, bytes, "at most " + limit + " bytes");
        }
        if (offset < 0 || offset > Long.MAX_VALUE - bytes) {
            throw range(LoadError.RANGE_OVERFLOW, offset, bytes, "no file has such a range");
        }
        if (offset + bytes > stamp.bytes()) {
            throw range(
                    LoadError.BEYOND_EOF,
                    offset,
                    bytes,
                    "the file has " + stamp.bytes() + " bytes");
        }
        requireOpen();
    }

    /// The whole file, mapped. Each call is to be answered by one of [#releaseMapping()].
    MemorySegment acquireMapping() {
        recheck();
        lock.lock();
        try {
            requireOpen();
            MemorySegment whole = mapped == null ? mapNow() : mapped;
            leases++;
            return whole;
        } finally {
            lock.unlock();
        }
    }

    private MemorySegment mapNow() {
        Arena fresh = Arena.ofShared();
        try {
            MemorySegment whole = file.map(stamp.bytes(), fresh);
            arena = fresh;
            mapped = whole;
            return whole;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            fresh.close();
            throw LoadException.of(LoadError.MAP_FAILED, name(), e);
        }
    }

    /// Gives one use of the mapping back, and with the last one the mapping itself.
    ///
    /// @throws LoadException `UNMAP_FAILED`: nothing was given back
    void releaseMapping() {
        lock.lock();
        try {
            if (leases == 1 && arena != null) {
                platform.unmap(arena);
                arena = null;
                mapped = null;
            }
            leases--;
        } catch (RuntimeException e) {
            throw LoadException.of(LoadError.UNMAP_FAILED, name(), e);
        } finally {
            lock.unlock();
        }
    }

    /// How many uses of the mapping there are.
    int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }

    /// The file, opened for reads past the page cache.
    OpenFile direct() {
        lock.lock();
        try {
            requireOpen();
            if (directFile == null) {
                directFile = platform.open(path, true);
            }
            return directFile;
        } catch (UnsupportedOperationException e) {
            throw LoadException.of(LoadError.UNSUPPORTED_STRATEGY, name(), e);
        } catch (IOException e) {
            throw LoadException.of(
                    Errno.of(e) == Errno.INVALID
                            ? LoadError.UNSUPPORTED_STRATEGY
                            : LoadError.OPEN_FAILED,
                    name(),
                    e);
        } finally {
            lock.unlock();
        }
    }

    OpenFile file() {
        return file;
    }

    /// Reads until the buffer is full, or until at least `wanted` bytes have been read and the file
    /// ends.
    ///
    /// @param counter is told what each call to the system brought
    /// @return how many bytes were read
    /// @throws LoadException `READ_FAILED`, `SHORT_READ` or `SOURCE_TRUNCATED`
    int readFully(
            OpenFile from, ByteBuffer buffer, long position, int wanted, LongConsumer counter) {
        int got = 0;
        try {
            while (got < wanted) {
                int more = from.read(buffer, position + got);
                counter.accept(Math.max(0, more));
                if (more <= 0) {
                    requireUntruncated(from.bytes());
                    throw LoadException.of(
                                    LoadError.SHORT_READ,
                                    name(),
                                    "got %d of %d bytes".formatted(got, wanted))
                            .at(position, wanted);
                }
                got += more;
            }
            return got;
        } catch (IOException e) {
            throw LoadException.of(
                            isOpen() ? LoadError.READ_FAILED : LoadError.SOURCE_CLOSED, name(), e)
                    .at(position + got, wanted - got);
        }
    }

    /// What to make of a fault while mapped bytes were read.
    LoadException faulted(InternalError fault) {
        try {
            requireUntruncated(file.bytes());
        } catch (IOException e) {
            fault.addSuppressed(e);
        } catch (LoadException e) {
            e.addSuppressed(fault);
            return e;
        }
        return LoadException.of(LoadError.READ_FAILED, name(), fault);
    }

    void requireUntruncated(long bytesNow) {
        if (bytesNow < stamp.bytes()) {
            throw LoadException.of(
                    LoadError.SOURCE_TRUNCATED,
                    name(),
                    "it had %d bytes and has %d".formatted(stamp.bytes(), bytesNow));
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private LoadException changed(String how) {
        return LoadException.of(LoadError.SOURCE_CHANGED, name(), how);
    }

    private LoadException range(LoadError code, long offset, long bytes, String detail) {
        return LoadException.of(code, name(), detail).at(offset, bytes);
    }

    @Override
    public String toString() {
        return "source[" + path + ", bytes=" + bytes() + "]";
    }
}
