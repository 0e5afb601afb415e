package dev.isobar.benchmarks;

import dev.isobar.broker.Resource;
import dev.isobar.lora.Activation;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.ResidentAdapter;
import dev.isobar.lora.TierConfig;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.LoadStrategy;
import dev.isobar.pool.Lease;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// An adapter that is resident, leased and let go; and one that is not, loaded from a warm file into
/// pages that are there, beside the same strategy into one block.
public class LoraActivation {

    private static final int RESIDENT = 16;
    private static final long SMALL_BYTES = 1 << 16;
    private static final long PAGE_BYTES = 1 << 16;

    /// Sixteen adapters that are there.
    @State(Scope.Benchmark)
    public static class Residents {
        final String[] names = new String[RESIDENT];
        LoraAdapters files;
        HostSpace space;
        LoraPool pool;

        @Setup
        public void open() throws Exception {
            files = new LoraAdapters();
            space = HostSpace.of("bench", 1L << 30);
            pool = pool(space, PAGE_BYTES, RESIDENT * SMALL_BYTES);
            for (int i = 0; i < RESIDENT; i++) {
                names[i] = "adapter-" + i;
                pool.register(names[i], files.write(names[i], SMALL_BYTES));
                ((Activation.Active) pool.activate(names[i])).close();
            }
        }

        @TearDown
        public void close() throws IOException {
            pool.close();
            space.close();
            files.close();
        }
    }

    /// Where a thread is among them.
    @State(Scope.Thread)
    public static class Place {
        int at;

        String next(Residents residents) {
            at = (at + 1) & (RESIDENT - 1);
            return residents.names[at];
        }
    }

    /// The answer's slot, as a caller that knows what it wants.
    @Benchmark
    public int activate(Residents residents, Place place) throws InterruptedException {
        return switch (residents.pool.activate(place.next(residents))) {
            case Activation.Active active -> {
                try (active) {
                    yield active.adapter().slot();
                }
            }
            case Activation.Refused _, Activation.Unknown _ -> throw new IllegalStateException();
        };
    }

    /// The same without the answer.
    @Benchmark
    public int lease(Residents residents, Place place) {
        Lease<ResidentAdapter> lease = residents.pool.lease(place.next(residents));
        if (lease == null) {
            throw new IllegalStateException();
        }
        try (lease) {
            return lease.value().slot();
        }
    }

    /// One adapter, and a block of its size.
    @State(Scope.Benchmark)
    public static class Large {
        @Param("67108864")
        public long adapterBytes;

        @Param({"65536", "1048576"})
        public long pageBytes;

        LoraAdapters files;
        HostSpace space;
        LoraPool pool;
        FileSources sources;
        FileLoader loader;
        FileSource weights;
        long weightsOffset;
        MemoryBlock block;
        final LoadPolicy policy = LoadPolicy.of(LoadStrategy.STAGED);

        @Setup
        public void open() throws Exception {
            files = new LoraAdapters();
            Path path = files.write("large", adapterBytes);
            space = HostSpace.of("bench", 4L << 30);
            pool = pool(space, pageBytes, Math.ceilDiv(adapterBytes, pageBytes) * pageBytes);
            var description = pool.register("large", path);
            ((Activation.Active) pool.activate("large")).close();
            weightsOffset = description.file().dataOffset();
            sources = new FileSources();
            loader = new FileLoader(sources);
            weights = sources.register(description.weights());
            block = space.allocate(adapterBytes, 4096);
            space.view(block).fill((byte) 1);
        }

        @TearDown
        public void close() throws IOException {
            space.free(block);
            loader.close();
            sources.close();
            pool.close();
            space.close();
            files.close();
        }
    }

    @Benchmark
    public LoadReport rawStaged(Large large) {
        return large.loader.load(
                large.weights.extent(large.weightsOffset, large.adapterBytes),
                large.block,
                large.policy);
    }

    /// Removed first, so that nothing of it is left.
    @Benchmark
    public long load(Large large) throws InterruptedException {
        large.pool.remove("large");
        try (Activation.Active active = (Activation.Active) large.pool.activate("large")) {
            return active.arrival().broughtBytes();
        }
    }

    private static LoraPool pool(HostSpace space, long pageBytes, long limitBytes) {
        return new LoraPool(
                LoraPoolConfig.of(
                        new TierConfig("bench", space, Resource.HOST, pageBytes, limitBytes)));
    }
}
