package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/// The lock of a root. The system's lock belongs to the process, and is lost as soon as the process
/// closes any channel on that file: so the file is opened once only, and whoever comes second in this
/// process is turned away by a list.
///
/// Interrupts close channels too: taking and closing keep them away, and nothing else uses the
/// channel.
final class RootLock implements AutoCloseable {

    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private RootLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// @throws StoreFiles.LockedException if somebody has it
    static RootLock take(Path path) throws IOException {
        Path file =
                StorePaths.parent(path.toAbsolutePath()).toRealPath().resolve(path.getFileName());
        boolean interrupted = Thread.interrupted();
        try {
            synchronized (HELD) {
                if (!HELD.add(file)) {
                    throw new StoreFiles.LockedException("another store of this process");
                }
                RootLock lock = null;
                try {
                    lock = lock(file);
                    return lock;
                } finally {
                    if (lock == null) {
                        HELD.remove(file);
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RootLock lock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new StoreFiles.LockedException("another process");
        }
        return new RootLock(file, channel);
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            channel.close();
            HELD.remove(file);
        }
    }
}
