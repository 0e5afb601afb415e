package dev.isobar.memory.load;

import dev.isobar.memory.ffi.SystemPages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;

/// The real system.
final class SystemFiles implements FilePlatform {

    @Override
    public FileStamp stamp(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw LoadException.of(
                    LoadError.NOT_A_FILE,
                    path.toString(),
                    attributes.isDirectory() ? "a directory" : "neither a file nor a directory");
        }
        Object key = attributes.fileKey();
        return new FileStamp(
                attributes.size(),
                attributes.lastModifiedTime(),
                key == null ? path.toRealPath().toString() : key.toString());
    }

    @Override
    public OpenFile open(Path path, boolean direct) throws IOException {
        return new Channel(path, direct);
    }

    @Override
    public void unmap(Arena arena) {
        arena.close();
    }

    @Override
    public Advice.Outcome advise(MemorySegment bytes, Advice advice) throws IOException {
        if (!SystemPages.available()) {
            return Advice.Outcome.noEffect(SystemPages.NOT_LINUX);
        }
        String refusal =
                switch (advice) {
                    case SEQUENTIAL -> SystemPages.adviseAround(bytes, SystemPages.SEQUENTIAL);
                    case WILL_NEED -> SystemPages.adviseAround(bytes, SystemPages.WILL_NEED);
                    case DONT_NEED -> SystemPages.advise(bytes, SystemPages.DONT_NEED);
                    case PAGE_OUT -> SystemPages.advise(bytes, SystemPages.PAGE_OUT);
                };
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        return Advice.Outcome.APPLIED;
    }

    @Override
    public Advice.Outcome dropCached(Path path, long offset, long bytes) throws IOException {
        if (!SystemPages.available()) {
            return Advice.Outcome.noEffect(SystemPages.NOT_LINUX);
        }
        String refusal = SystemPages.dropCached(path.toString(), offset, bytes);
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        return Advice.Outcome.APPLIED;
    }

    @Override
    public OptionalLong residentBytes(MemorySegment bytes) {
        return SystemPages.available()
                ? OptionalLong.of(SystemPages.residentBytes(bytes))
                : OptionalLong.empty();
    }

    /// A file channel that survives interrupts. Java closes a channel when the thread that uses it is
    /// interrupted; other loads use it too, so that it is opened again.
    private static final class Channel implements OpenFile {

        private final Path path;
        private final boolean direct;
        private final Object key;
        private volatile FileChannel channel;
        private volatile boolean closed;

        Channel(Path path, boolean direct) throws IOException {
            this.path = path;
            this.direct = direct;
            this.key = keyOf(path);
            this.channel = openChannel(path, direct);
        }

        @Override
        public long bytes() throws IOException {
            return uninterrupted(FileChannel::size);
        }

        @Override
        public long blockBytes() throws IOException {
            return Files.getFileStore(path).getBlockSize();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return uninterrupted(file -> file.read(into, position));
        }

        @Override
        public MemorySegment map(long bytes, Arena arena) throws IOException {
            return uninterrupted(file -> file.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
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
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private synchronized void reopen(FileChannel lost) throws IOException {
            if (!channel.equals(lost) || closed) {
                return;
            }
            FileChannel again = openChannel(path, direct);
            if (!key.equals(keyOf(path))) {
                again.close();
                throw new IOException("the file was replaced");
            }
            channel = again;
        }

        private static Object keyOf(Path path) throws IOException {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toRealPath() : key;
        }

        private static FileChannel openChannel(Path path, boolean direct) throws IOException {
            return direct
                    ? FileChannel.open(path, StandardOpenOption.READ, DirectReads.option())
                    : FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    /// The option for reads past the page cache. Looked up by name, because the compiler warns of its
    /// class, and nothing can silence that.
    private static final class DirectReads {

        private static final String CLASS = "com.sun.nio.file.ExtendedOpenOption";

        static OpenOption option() {
            try {
                for (Object option : Class.forName(CLASS).getEnumConstants()) {
                    if (option.toString().equals("DIRECT")) {
                        return (OpenOption) option;
                    }
                }
            } catch (ClassNotFoundException e) {
                throw new UnsupportedOperationException("this Java has no " + CLASS, e);
            }
            throw new UnsupportedOperationException("this Java has no reads past the page cache");
        }
    }

    private interface Operation<T> {
        T on(FileChannel file) throws IOException;
    }
}
