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
import java.util.List;

/// One file into memory that is there already, by our strategies and by plain loops, all in one
/// process: warm, cold (the page cache is dropped before each run, and asked whether it is empty), or
/// onto an OpenCL device. Not JMH: a cold run cannot be repeated in a loop, and the order of the
/// contestants is turned by one each round.
final class FileLoading implements AutoCloseable {

    private static final long MIB = 1 << 20;
    private static final long STAGING_BYTES = 1 << 28;
    private static final int WARM_UP_ROUNDS = 3;

    private final long bytes;
    private final FileSources sources = new FileSources();
    private final FileLoader one = new FileLoader(sources, new FileLoaderConfig(1, STAGING_BYTES));
    private final FileLoader two = new FileLoader(sources, new FileLoaderConfig(2, STAGING_BYTES));
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
            addReads(plain, block, cold);
            if (cold) {
                figures.add("O_DIRECT", "plain, 4M", () -> plain.readDirect(4 * MIB));
                ours("O_DIRECT", one, block, LoadStrategy.DIRECT, 4, 1);
                figures.run(rounds, 0, this::dropCache);
            } else {
                figures.run(rounds, WARM_UP_ROUNDS, () -> {});
            }
            space.free(block);
        }
    }

    private void addReads(PlainLoads plain, MemoryBlock block, boolean cold) {
        String reads = cold ? "buffered" : "reads, 1 thread";
        String mappings = cold ? "buffered" : "mappings, 1 thread";
        String byTwo = cold ? "buffered, 2 threads" : "reads, 2 threads";
        for (long chunk : new long[] {1, 4, 8, 1024}) {
            figures.add(reads, "plain read, " + chunk + "M", () -> plain.read(chunk * MIB));
        }
        ours(reads, one, block, LoadStrategy.READ, 8, 1);
        for (long chunk : new long[] {1, 4, 8}) {
            ours(reads, one, block, LoadStrategy.STAGED, chunk, 1);
        }
        figures.add(reads, "plain staged, 4M", () -> plain.readStaged(4 * MIB));
        figures.add(mappings, "plain map + copy", plain::mapAndCopy);
        ours(mappings, one, block, LoadStrategy.MAPPED, 8, 1);
        for (long chunk : new long[] {1, 4}) {
            figures.add(byTwo, "plain read, " + chunk + "M", () -> plain.readByTwo(chunk * MIB));
        }
        ours(byTwo, two, block, LoadStrategy.READ, 4, 2);
        for (long chunk : new long[] {1, 4, 8}) {
            ours(byTwo, two, block, LoadStrategy.STAGED, chunk, 4);
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
            for (long chunk : new long[] {1, 4, 8}) {
                String group = "onto OpenCL, " + chunk + "M";
                ours(group, one, block, LoadStrategy.STAGED, chunk, 1);
                ours(group, one, block, LoadStrategy.STAGED, chunk, 4);
                ours(group, two, block, LoadStrategy.STAGED, chunk, 4);
            }
            figures.run(rounds, WARM_UP_ROUNDS, () -> {});
            space.free(block);
        }
    }

    private void ours(
            String group,
            FileLoader loader,
            MemoryBlock block,
            LoadStrategy strategy,
            long mebibytes,
            int depth) {
        LoadPolicy policy =
                LoadPolicy.of(strategy).withChunkBytes(mebibytes * MIB).withDepth(depth);
        figures.add(
                group,
                "%s, %dM, depth %d, %s"
                        .formatted(
                                strategy, mebibytes, depth, loader.equals(one) ? "1 thread" : "2"),
                () -> {
                    LoadReport report = loader.load(source.whole(), block, policy);
                    if (report.used() != strategy
                            || report.peakStagingBytes() > policy.chunkBytes() * depth) {
                        throw new IllegalStateException(report.toString());
                    }
                });
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
        for (AutoCloseable each : List.<AutoCloseable>of(one, two, sources)) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
