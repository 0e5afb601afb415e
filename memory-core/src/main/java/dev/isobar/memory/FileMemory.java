package dev.isobar.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The file under a [MappedFileSpace]: grows by writing zeroes, so that a full disk shows as an error
/// here and not as a fault on some later access; and shrinks when its last part is given back.
///
/// It begins with a page that says whose file this is. A file that is not empty and does not begin
/// like that is somebody else's, and left alone. One that does, and is not locked, was left behind by
/// a process that died: its contents are worth nothing and it is used again.
///
/// *Safe for several threads.*
final class FileMemory implements GroupMemory {

    private static final byte[] HEADER =
            "isobar mapped file space 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PAGE_BYTES = 4096;
    private static final int PIECE_BYTES = 1 << 16;
    private static final Set<String> NO_ROOM =
            Set.of("no space left on device", "file too large", "disk quota exceeded");

    private final MappedFileSpaceConfig config;
    private final Object lock = new Object();
    private final FileRegions regions = new FileRegions(PAGE_BYTES);
    private final FileChannel channel;
    private final FileLock fileLock;
    // Guarded by lock.
    private int pieces;
    private boolean closing;
    private boolean closed;

    /// @throws MemorySpaceException if the file cannot be made, is locked, or is somebody else's
    FileMemory(MappedFileSpaceConfig config) {
        this.config = config;
        this.channel = open(config);
        try {
            this.fileLock = lock(config, channel);
            takeOver(config, channel);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw failed(config.name(), "open " + config.file(), e);
        } catch (RuntimeException e) {
            closeAfter(channel, e);
            throw e;
        }
    }

    private static FileChannel open(MappedFileSpaceConfig config) {
        Path file = config.file();
        try {
            try {
                return FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        ownerOnly(file));
            } catch (FileAlreadyExistsException _) {
                return FileChannel.open(
                        file,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw failed(config.name(), "open " + file, e);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static FileLock lock(MappedFileSpaceConfig config, FileChannel channel)
            throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        }
        if (lock == null) {
            throw new MemorySpaceException(
                    config.name(),
                    "lock " + config.file() + " (another space has it)",
                    "EAGAIN",
                    11);
        }
        return lock;
    }

    private static void takeOver(MappedFileSpaceConfig config, FileChannel channel)
            throws IOException {
        if (channel.size() > 0 && !Arrays.equals(begin(channel), HEADER)) {
            throw new MemorySpaceException(
                    config.name(),
                    "open " + config.file() + " (there is a file that no space made)",
                    "EEXIST",
                    17);
        }
        channel.truncate(0);
        byte[] page = Arrays.copyOf(HEADER, (int) PAGE_BYTES);
        writeAll(channel, ByteBuffer.wrap(page), 0);
    }

    private static byte[] begin(FileChannel channel) throws IOException {
        ByteBuffer begin = ByteBuffer.allocate(HEADER.length);
        while (begin.hasRemaining() && channel.read(begin, begin.position()) >= 0) {
            // until there is no more
        }
        return Arrays.copyOf(begin.array(), begin.position());
    }

    @Override
    public Piece take(long bytes, long alignment) {
        long slackBytes = alignment > PAGE_BYTES ? alignment : 0;
        long regionBytes = roundUp(Math.addExact(bytes, slackBytes));
        long offset = takeRegion(regionBytes);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment region = channel.map(MapMode.READ_WRITE, offset, regionBytes, arena);
            long lead = -region.address() & (alignment - 1);
            return new Piece(
                    arena, region.asSlice(lead, bytes), () -> giveRegion(offset, regionBytes));
        } catch (IOException e) {
            arena.close();
            giveRegion(offset, regionBytes);
            throw failed(config.name(), "map " + config.file(), e);
        } catch (Throwable t) {
            arena.close();
            giveRegion(offset, regionBytes);
            throw t;
        }
    }

    private long takeRegion(long bytes) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("space " + config.name() + " is closed");
            }
            long endBefore = regions.endBytes();
            long offset = regions.take(bytes);
            try {
                writeZeroes(endBefore);
                pieces++;
                return offset;
            } catch (IOException e) {
                regions.give(offset, bytes);
                truncateAfter(e);
                if (noRoom(e)) {
                    throw new UncheckedIOException(config.file() + ": " + e.getMessage(), e);
                }
                throw failed(config.name(), "write " + config.file(), e);
            }
        }
    }

    private void writeZeroes(long from) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (long at = from; at < regions.endBytes(); at += zeroes.limit()) {
            zeroes.clear().limit((int) Math.min(PIECE_BYTES, regions.endBytes() - at));
            writeAll(channel, zeroes, at);
        }
    }

    private void truncateAfter(IOException cause) {
        try {
            channel.truncate(regions.endBytes());
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void giveRegion(long offset, long bytes) {
        synchronized (lock) {
            pieces--;
            regions.give(offset, bytes);
            try {
                if (closing) {
                    closeWhenEmpty();
                } else {
                    channel.truncate(regions.endBytes());
                }
            } catch (IOException _) {
                // The file stays longer than it need be; it is truncated the next time.
            }
        }
    }

    /// Closes the file, and deletes it if asked, as soon as the last piece has been given back.
    void close() {
        synchronized (lock) {
            closing = true;
            try {
                closeWhenEmpty();
            } catch (IOException e) {
                throw failed(config.name(), "close " + config.file(), e);
            }
        }
    }

    private void closeWhenEmpty() throws IOException {
        if (pieces > 0 || closed) {
            return;
        }
        closed = true;
        if (config.deleteOnClose()) {
            Files.deleteIfExists(config.file()); // while it is locked, so that it is surely ours
        } else {
            channel.truncate(PAGE_BYTES);
        }
        fileLock.release();
        channel.close();
    }

    /// How long the file is.
    long fileBytes() {
        synchronized (lock) {
            return regions.endBytes();
        }
    }

    /// Writes what was changed to the disk.
    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failed(config.name(), "fsync " + config.file(), e);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long offset)
            throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private static boolean noRoom(IOException e) {
        String message = e.getMessage();
        return message != null && NO_ROOM.contains(message.toLowerCase(Locale.ROOT));
    }

    private static void closeAfter(@Nullable FileChannel channel, Exception cause) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static MemorySpaceException failed(String space, String operation, IOException e) {
        return new MemorySpaceException(space, operation, e.getClass().getSimpleName(), 0, e);
    }

    private static long roundUp(long bytes) {
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }
}
