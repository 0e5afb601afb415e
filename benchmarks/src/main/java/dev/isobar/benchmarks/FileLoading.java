package dev.isobar.benchmarks;

import dev.isobar.memory.Devices;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.SpaceKind;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileLoaderConfig;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.LoadStrategy;
import dev.isobar.memory.load.MappingLease;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// One file into memory that is there already, by our strategies and by plain loops, all in one
/// process: warm, cold (the page cache is dropped before each run, and asked whether it is empty), or
/// onto an OpenCL device. Not JMH: a cold run cannot be repeated in a loop, and the order of the
/// contestants is turned by one each round.
final class FileLoading implements AutoCloseable {

    private static final long MIB = 1 << 20;
    private static final long STAGING_BYTES = 1 << 28;

    /// A copy of so much, or more, goes past the caches; and it nearly stays in the second one.
    private static final long LONG_COPY = 5 * MIB / 2;

    private static final int WARM_UP_ROUNDS = 3;

    private final long bytes;
    private final FileSources sources = new FileSources();
    private final Map<Integer, FileLoader> loaders = new HashMap<>();
    private final FileSource source;
    private final LoadFigures figures;

    private FileLoading(long bytes) throws IOException {
        this.bytes = bytes;
        this.source = sources.register(LoadFile.ofBytes(bytes));
        this.figures = new LoadFigures(bytes);
    }

    /// What `./isobar bench files KIND` prints.
    ///
    /// @param kind `warm`, `cold` or `opencl`
    static String run(String kind, long bytes, int rounds) throws Exception {
        try (FileLoading run = new FileLoading(bytes)) {
            switch (kind) {
                case "warm" -> run.intoHost(false, rounds);
                case "cold" -> run.intoHost(true, rounds);
                case "opencl" -> run.intoOpenCl(rounds);
                default -> throw new IllegalArgumentException("warm, cold or opencl: " + kind);
            }
            return run.figures.table();
        }
    }

    private void intoHost(boolean cold, int rounds) throws Exception {
        try (HostSpace space = HostSpace.of("bench", bytes + MIB)) {
            MemoryBlock block = space.allocate(bytes, 4096);
            PlainLoads plain = new PlainLoads(source.path(), space.view(block).fill((byte) 1));
            if (cold) {
                addCold(plain, block);
                figures.run(rounds, 0, this::dropCache);
            } else {
                addWarm(plain, block);
                figures.run(rounds, WARM_UP_ROUNDS, () -> {});
            }
            space.free(block);
        }
    }

    private void addWarm(PlainLoads plain, MemoryBlock block) {
        String reads = "reads, 1 thread";
        for (long chunk : new long[] {1, 4, 8, 1024}) {
            figures.add(reads, "plain read, " + chunk + "M", () -> plain.read(chunk * MIB));
        }
        figures.add(reads, "plain staged, 4M", () -> plain.readStaged(4 * MIB));
        ours(reads, 1, block, LoadStrategy.READ, 8 * MIB, 1);
        String byTwo = "reads, 2 threads";
        for (long chunk : new long[] {1, 4}) {
            figures.add(byTwo, "plain read, " + chunk + "M", () -> plain.readBy(2, chunk * MIB));
        }
        ours(byTwo, 2, block, LoadStrategy.READ, 4 * MIB, 2);
        for (long chunk : new long[] {MIB, LONG_COPY, 4 * MIB, 8 * MIB}) {
            ours(reads, 1, block, LoadStrategy.STAGED, chunk, 1);
            ours(byTwo, 2, block, LoadStrategy.STAGED, chunk, 4);
        }
        String mappings = "mappings, 1 thread";
        figures.add(mappings, "plain map + copy", plain::mapAndCopy);
        for (long chunk : new long[] {MIB, 4 * MIB, 8 * MIB}) {
            ours(mappings, 1, block, LoadStrategy.MAPPED, chunk, 1);
        }
        addHalves(plain, 1);
        addHalves(plain, 2);
    }

    private void addCold(PlainLoads plain, MemoryBlock block) {
        String buffered = "cold, buffered";
        figures.add(buffered, "plain read, 1024M", () -> plain.read(1024 * MIB));
        for (int threads : new int[] {2, 4}) {
            String name = "plain read, 4M, " + threads + " threads";
            figures.add(buffered, name, () -> plain.readBy(threads, 4 * MIB));
        }
        figures.add(buffered, "plain map + copy", plain::mapAndCopy);
        ours(buffered, 1, block, LoadStrategy.READ, 8 * MIB, 1);
        ours(buffered, 4, block, LoadStrategy.READ, 4 * MIB, 4);
        ours(buffered, 4, block, LoadStrategy.MAPPED, 4 * MIB, 4);
        ours(buffered, 1, block, LoadStrategy.STAGED, 8 * MIB, 1);
        ours(buffered, 2, block, LoadStrategy.STAGED, 4 * MIB, 4);
        ours(buffered, 4, block, LoadStrategy.STAGED, 4 * MIB, 4);
        String direct = "cold, O_DIRECT";
        figures.add(direct, "plain, 4M", () -> plain.readDirect(4 * MIB));
        ours(direct, 1, block, LoadStrategy.DIRECT, 4 * MIB, 1);
    }

    /// What a staged read is made of; one after the other they are the most that one thread can do.
    private void addHalves(PlainLoads plain, int threads) {
        String group = "halves of a staged read, threads " + threads;
        for (long chunk : new long[] {MIB / 4, MIB, LONG_COPY, 4 * MIB, 8 * MIB}) {
            String size = size(chunk);
            figures.add(group, "read into a buffer, " + size, () -> plain.readOnly(threads, chunk));
            figures.add(group, "copy out of it, " + size, () -> plain.copyOnly(threads, chunk));
        }
    }

    private void intoOpenCl(int rounds) throws Exception {
        SpaceDescription.Available device =
                Devices.discover().stream()
                        .filter(SpaceDescription.Available.class::isInstance)
                        .map(SpaceDescription.Available.class::cast)
                        .filter(found -> found.kind() == SpaceKind.OPENCL)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("there is no OpenCL device"));
        try (MemorySpace space = device.open("bench", bytes + MIB)) {
            MemoryBlock block = space.allocate(bytes, 4096);
            for (long chunk : new long[] {MIB, 4 * MIB, 8 * MIB}) {
                String group = "onto OpenCL, " + size(chunk);
                ours(group, 1, block, LoadStrategy.STAGED, chunk, 1);
                ours(group, 1, block, LoadStrategy.STAGED, chunk, 4);
                ours(group, 2, block, LoadStrategy.STAGED, chunk, 4);
            }
            figures.run(rounds, WARM_UP_ROUNDS, () -> {});
            space.free(block);
        }
    }

    private void ours(
            String group,
            int threads,
            MemoryBlock block,
            LoadStrategy strategy,
            long chunk,
            int depth) {
        FileLoader loader =
                loaders.computeIfAbsent(
                        threads,
                        _ -> new FileLoader(sources, new FileLoaderConfig(threads, STAGING_BYTES)));
        LoadPolicy policy = LoadPolicy.of(strategy).withChunkBytes(chunk).withDepth(depth);
        figures.add(
                group,
                "%s, %s, depth %d, threads %d".formatted(strategy, size(chunk), depth, threads),
                () -> {
                    LoadReport report = loader.load(source.whole(), block, policy);
                    if (report.used() != strategy
                            || report.peakStagingBytes() > policy.chunkBytes() * depth) {
                        throw new IllegalStateException(report.toString());
                    }
                });
    }

    private static String size(long bytes) {
        return bytes % MIB == 0 ? bytes / MIB + "M" : bytes / 1024 + "K";
    }

    /// Drops the file from the page cache, and looks whether it is gone.
    private void dropCache() {
        source.dropCached(source.whole());
        try (MappingLease lease = source.map(0, bytes, "bench")) {
            long resident = lease.residentBytes().orElseThrow();
            if (resident > bytes / 1000) {
                throw new IllegalStateException(resident + " bytes are still in the page cache");
            }
        }
    }

    @Override
    public void close() {
        loaders.values().forEach(FileLoader::close);
        sources.close();
    }
}
