package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// A file system that counts what is asked of it, and how long that takes. What fails counts, too.
final class MeteredFiles implements StoreFiles {

    private final StoreFiles files;
    private final LongSupplier nanoClock;
    private final Meter reads = new Meter();
    private final Meter writes = new Meter();
    private final Meter forces = new Meter();

    /// One kind of step.
    private static final class Meter {
        private final LongAdder count = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long someBytes, long someNanos) {
            count.increment();
            bytes.add(someBytes);
            nanos.add(someNanos);
        }
    }

    MeteredFiles(StoreFiles files, LongSupplier nanoClock) {
        this.files = files;
        this.nanoClock = nanoClock;
    }

    StoreIo io() {
        return new StoreIo(
                reads.count.sum(),
                reads.bytes.sum(),
                reads.nanos.sum(),
                writes.count.sum(),
                writes.bytes.sum(),
                writes.nanos.sum(),
                forces.count.sum(),
                forces.nanos.sum());
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        files.createFolder(folder);
    }

    @Override
    public List<String> names(Path folder) throws IOException {
        return files.names(folder);
    }

    @Override
    public boolean isFolder(Path path) {
        return files.isFolder(path);
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new MeteredFile(files.create(file));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new MeteredFile(files.open(file));
    }

    @Override
    public OpenFile openForWriting(Path file) throws IOException {
        return new MeteredFile(files.openForWriting(file));
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        files.moveAtomically(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        long start = nanoClock.getAsLong();
        try {
            files.forceFolder(folder);
        } finally {
            forces.add(0, nanoClock.getAsLong() - start);
        }
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        return files.lock(file);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return files.usableBytes(folder);
    }

    private final class MeteredFile implements OpenFile {

        private final OpenFile file;

        MeteredFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public long bytes() throws IOException {
            return file.bytes();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            long start = nanoClock.getAsLong();
            int count = 0;
            try {
                count = file.read(into, position);
                return count;
            } finally {
                reads.add(count, nanoClock.getAsLong() - start);
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long start = nanoClock.getAsLong();
            long before = bytes.remaining();
            try {
                file.write(bytes, position);
            } finally {
                writes.add(before - bytes.remaining(), nanoClock.getAsLong() - start);
            }
        }

        @Override
        public void force() throws IOException {
            long start = nanoClock.getAsLong();
            try {
                file.force();
            } finally {
                forces.add(0, nanoClock.getAsLong() - start);
            }
        }

        @Override
        public void truncate(long toBytes) throws IOException {
            file.truncate(toBytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
