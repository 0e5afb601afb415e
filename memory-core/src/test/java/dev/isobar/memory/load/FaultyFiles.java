package dev.isobar.memory.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The real system, made to fail: the n-th call of a kind, once or for good. Counts what is open.
final class FaultyFiles implements FilePlatform {

    enum Call {
        STAMP,
        OPEN,
        OPEN_DIRECT,
        SIZE,
        READ,
        MAP,
        UNMAP,
        CLOSE,
        ADVISE
    }

    enum Fault {
        /// EIO.
        IO("Input/output error"),
        /// ENOSPC.
        DISK_FULL("No space left on device"),
        /// EINTR, as a network file system may answer.
        INTERRUPTED("Interrupted system call"),
        /// A read that delivers half of what was asked for.
        SHORT(""),
        /// A read that meets the end of the file too early.
        EOF(""),
        /// The file cannot be opened in that way.
        UNSUPPORTED("");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    private record Plan(int from, int to, Fault fault) {}

    private final FilePlatform real = new SystemFiles();
    private final Map<Call, Plan> plans = new ConcurrentHashMap<>();
    private final Map<Call, AtomicInteger> calls = new EnumMap<>(Call.class);
    final AtomicInteger openFiles = new AtomicInteger();
    final AtomicInteger mappings = new AtomicInteger();

    FaultyFiles() {
        for (Call call : Call.values()) {
            calls.put(call, new AtomicInteger());
        }
    }

    /// The `number`-th call from now on fails, once.
    FaultyFiles failOnce(Call call, int number, Fault fault) {
        int at = calls.get(call).get() + number;
        plans.put(call, new Plan(at, at, fault));
        return this;
    }

    FaultyFiles failAlways(Call call, Fault fault) {
        plans.put(call, new Plan(0, Integer.MAX_VALUE, fault));
        return this;
    }

    void heal() {
        plans.clear();
    }

    int calls(Call call) {
        return calls.get(call).get();
    }

    private Fault fault(Call call) {
        int number = calls.get(call).incrementAndGet();
        Plan plan = plans.get(call);
        return plan != null && number >= plan.from && number <= plan.to ? plan.fault : null;
    }

    private void failIfPlanned(Call call) throws IOException {
        Fault fault = fault(call);
        if (fault == Fault.UNSUPPORTED) {
            throw new UnsupportedOperationException("not this file");
        }
        if (fault != null) {
            throw call == Call.OPEN || call == Call.STAMP
                    ? new FileSystemException("the file", null, fault.words)
                    : new IOException(fault.words);
        }
    }

    @Override
    public FileStamp stamp(Path path) throws IOException {
        failIfPlanned(Call.STAMP);
        return real.stamp(path);
    }

    @Override
    public OpenFile open(Path path, boolean direct) throws IOException {
        failIfPlanned(direct ? Call.OPEN_DIRECT : Call.OPEN);
        OpenFile file = real.open(path, direct);
        openFiles.incrementAndGet();
        return new Faulty(file);
    }

    @Override
    public void unmap(Arena arena) {
        if (fault(Call.UNMAP) != null) {
            throw new IllegalStateException("Session is acquired by 1 clients");
        }
        real.unmap(arena);
        mappings.decrementAndGet();
    }

    @Override
    public Advice.Outcome advise(MemorySegment bytes, Advice advice) throws IOException {
        failIfPlanned(Call.ADVISE);
        return real.advise(bytes, advice);
    }

    @Override
    public Advice.Outcome dropCached(Path path, long offset, long bytes) throws IOException {
        failIfPlanned(Call.ADVISE);
        return real.dropCached(path, offset, bytes);
    }

    @Override
    public OptionalLong residentBytes(MemorySegment bytes) {
        return real.residentBytes(bytes);
    }

    private final class Faulty implements OpenFile {

        private final OpenFile file;

        Faulty(OpenFile file) {
            this.file = file;
        }

        @Override
        public long bytes() throws IOException {
            failIfPlanned(Call.SIZE);
            return file.bytes();
        }

        @Override
        public long blockBytes() throws IOException {
            return file.blockBytes();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            Fault fault = fault(Call.READ);
            if (fault == Fault.EOF) {
                return -1;
            }
            if (fault == Fault.SHORT) {
                return readLess(into, position);
            }
            if (fault != null) {
                throw new IOException(fault.words);
            }
            return file.read(into, position);
        }

        /// Half of it, in whole blocks; blocks themselves are not divided.
        private int readLess(ByteBuffer into, long position) throws IOException {
            int less = Math.max(4096, into.remaining() / 2 & -4096);
            if (less >= into.remaining()) {
                return file.read(into, position);
            }
            int got = file.read(into.slice(into.position(), less), position);
            into.position(into.position() + Math.max(0, got));
            return got;
        }

        @Override
        public MemorySegment map(long bytes, Arena arena) throws IOException {
            failIfPlanned(Call.MAP);
            MemorySegment mapped = file.map(bytes, arena);
            mappings.incrementAndGet();
            return mapped;
        }

        @Override
        public void close() throws IOException {
            file.close();
            openFiles.decrementAndGet();
            failIfPlanned(Call.CLOSE);
        }
    }
}
