package dev.isobar.benchmarks;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Host memory to host memory, through the space and without it: the same bytes.
@State(Scope.Benchmark)
public class HostCopy {

    @Param({"4096", "65536", "2097152", "67108864"})
    public long bytes;

    private HostSpace space;
    private MemoryBlock from;
    private MemoryBlock to;
    private MemorySegment source;
    private MemorySegment target;

    @Setup
    public void open() {
        space = HostSpace.of("bench", 1L << 30);
        from = space.allocate(bytes, 4096);
        to = space.allocate(bytes, 4096);
        source = space.view(from).fill((byte) 1);
        target = space.view(to).fill((byte) 2);
    }

    @TearDown
    public void close() {
        space.close();
    }

    @Benchmark
    public void segmentCopy() {
        MemorySegment.copy(source, 0, target, 0, bytes);
    }

    @Benchmark
    public void copyAcross() {
        space.copyAcross(from, 0, to, 0, bytes);
    }

    @Benchmark
    public void copyIn() {
        space.copyIn(source, to, 0);
    }

    @Benchmark
    public void copyOut() {
        space.copyOut(from, 0, target);
    }

    @Benchmark
    public long copyAcrossAsync() {
        return space.copyAcrossAsync(from, 0, to, 0, bytes).await().bytes();
    }
}
