package dev.isobar.pool.store;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/// The real file system.
final class SystemStoreFiles implements StoreFiles {

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
        }
    }

    @Override
    public List<String> names(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(each -> each.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        }
    }

    @Override
    public boolean isFolder(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new Channel(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new Channel(file, StandardOpenOption.READ);
    }

    @Override
    public OpenFile openForWriting(Path file) throws IOException {
        return new Channel(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    /// Works on Linux, though nothing promises it. Windows does not open folders: there names last
    /// by themselves, or cannot be made to.
    @Override
    public void forceFolder(Path folder) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (Channel channel = new Channel(folder, StandardOpenOption.READ)) {
            channel.force();
        }
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        return RootLock.take(file);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /// A file channel that survives interrupts. Java closes a channel when the thread that uses it is
    /// interrupted; then it is opened again, unless the path means another file by now. Every
    /// operation here may be done twice.
    private static final class Channel implements OpenFile {

        private final Path path;
        private final boolean writing;
        private final Object key;
        private volatile FileChannel channel;
        private volatile boolean closed;

        Channel(Path path, OpenOption... options) throws IOException {
            this.path = path;
            this.writing = List.of(options).contains(StandardOpenOption.WRITE);
            boolean interrupted = Thread.interrupted();
            try {
                this.channel = FileChannel.open(path, options);
                this.key = keyOfOpened(path, channel);
            } finally {
                restore(interrupted);
            }
        }

        @Override
        public long bytes() throws IOException {
            return uninterrupted(FileChannel::size);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int start = into.position();
            return uninterrupted(file -> {
                into.position(start);
                return readFully(file, into, position);
            });
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            int start = bytes.position();
            uninterrupted(file -> {
                bytes.position(start);
                long at = position;
                while (bytes.hasRemaining()) {
                    at += file.write(bytes, at);
                }
                return at;
            });
        }

        @Override
        public void force() throws IOException {
            uninterrupted(file -> {
                file.force(true);
                return file;
            });
        }

        @Override
        public void truncate(long toBytes) throws IOException {
            uninterrupted(file -> file.truncate(toBytes));
        }

        @Override
        public void close() throws IOException {
            closed = true;
            synchronized (this) {
                channel.close();
            }
        }

        private <T> T uninterrupted(Operation<T> operation) throws IOException {
            boolean interrupted = Thread.interrupted();
            try {
                while (true) {
                    FileChannel file = channel;
                    try {
                        return operation.on(file);
                    } catch (ClosedChannelException e) {
                        interrupted |= Thread.interrupted();
                        if (closed) {
                            throw e;
                        }
                        reopen(file);
                    }
                }
            } finally {
                restore(interrupted);
            }
        }

        private synchronized void reopen(FileChannel lost) throws IOException {
            if (!channel.equals(lost) || closed) {
                return;
            }
            FileChannel again =
                    writing
                            ? FileChannel.open(
                                    path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                            : FileChannel.open(path, StandardOpenOption.READ);
            if (!key.equals(keyOf(path))) {
                again.close();
                throw new IOException("the file was replaced while its reader was interrupted");
            }
            channel = again;
        }

        private static int readFully(FileChannel file, ByteBuffer into, long position)
                throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int count = file.read(into, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        /// The name may be gone since: then the file is closed again.
        private static Object keyOfOpened(Path path, FileChannel opened) throws IOException {
            try {
                return keyOf(path);
            } catch (IOException e) {
                opened.close();
                throw e;
            }
        }

        private static Object keyOf(Path path) throws IOException {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toRealPath() : key;
        }

        private static void restore(boolean interrupted) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Operation<T> {
        T on(FileChannel file) throws IOException;
    }
}
