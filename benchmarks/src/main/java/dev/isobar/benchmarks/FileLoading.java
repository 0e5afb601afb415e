package dev.isobar.benchmarks;

import com.sun.nio.file.ExtendedOpenOption;
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
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// One file into memory that is there already, by our strategies and by plain loops, in one process:
/// warm, cold (the page cache is dropped before each run, and asked whether it is empty), and onto an
/// OpenCL device. Not JMH: a cold run cannot be repeated in a loop, and the order of the contestants
/// is turned by one each round.
///
/// `FileLoading FILE GIBIBYTES ROUNDS warm|cold|opencl`; the file is written if it is not there.
public final class FileLoading {

    private static final long MIB = 1 << 20;

    private final Path file;
    private final long bytes;
    private final int rounds;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    private final Map<String, Contestant> contestants = new LinkedHashMap<>();

    private interface Contestant {
        void load() throws Exception;
    }

    private FileLoading(Path file, long bytes, int rounds) {
        this.file = file;
        this.bytes = bytes;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        long bytes = (long) (Double.parseDouble(args[1]) * (1 << 30));
        FileLoading run = new FileLoading(Path.of(args[0]), bytes, Integer.parseInt(args[2]));
        run.writeFile();
        switch (args[3]) {
            case "warm" -> run.host(false);
            case "cold" -> run.host(true);
            case "opencl" -> run.openCl();
            default -> throw new IllegalArgumentException(args[3]);
        }
    }

    private void host(boolean cold) throws Exception {
        try (FileSources sources = new FileSources();
                FileLoader one = new FileLoader(sources, new FileLoaderConfig(1, 1 << 28));
                FileLoader two = new FileLoader(sources, new FileLoaderConfig(2, 1 << 28));
                HostSpace space = HostSpace.of("bench", bytes + MIB)) {
            FileSource source = sources.register(file);
            MemoryBlock block = space.allocate(bytes, 4096);
            MemorySegment target = space.view(block).fill((byte) 1);
            for (long chunk : new long[] {1, 4, 8, 16}) {
                plain("plain read " + chunk + "M", () -> read(target, 0, bytes, chunk * MIB));
            }
            plain("plain map + copy", () -> mapAndCopy(target));
            plain("plain read 1M, 2 threads", () -> readTwice(target, MIB));
            plain("plain read 4M, 2 threads", () -> readTwice(target, 4 * MIB));
            ours("READ 8M", one, source, block, policy(LoadStrategy.READ, 8, 1));
            ours("READ 4M, 2 threads", two, source, block, policy(LoadStrategy.READ, 4, 2));
            ours("MAPPED 8M", one, source, block, policy(LoadStrategy.MAPPED, 8, 1));
            ours("MAPPED 4M, 2 threads", two, source, block, policy(LoadStrategy.MAPPED, 4, 2));
            ours("STAGED 1M, 1 thread", one, source, block, policy(LoadStrategy.STAGED, 1, 1));
            for (long chunk : new long[] {1, 4, 8}) {
                ours(
                        "STAGED " + chunk + "M, 2 threads",
                        two,
                        source,
                        block,
                        policy(LoadStrategy.STAGED, chunk, 4));
            }
            if (cold) {
                plain("plain O_DIRECT 4M", () -> readDirect(target, 4 * MIB));
                ours("DIRECT 4M, 1 thread", one, source, block, policy(LoadStrategy.DIRECT, 4, 1));
                ours("DIRECT 4M, 2 threads", two, source, block, policy(LoadStrategy.DIRECT, 4, 4));
            }
            rounds(source, cold);
            space.free(block);
        }
        print();
    }

    private void openCl() throws Exception {
        for (SpaceDescription found : Devices.discover()) {
            if (found instanceof SpaceDescription.Available device
                    && device.kind() == SpaceKind.OPENCL) {
                try (FileSources sources = new FileSources();
                        FileLoader one = new FileLoader(sources, new FileLoaderConfig(1, 1 << 28));
                        FileLoader two = new FileLoader(sources, new FileLoaderConfig(2, 1 << 28));
                        MemorySpace space = device.open("bench", bytes + MIB)) {
                    FileSource source = sources.register(file);
                    MemoryBlock block = space.allocate(bytes, 4096);
                    for (long chunk : new long[] {1, 4, 8}) {
                        ours(
                                "STAGED " + chunk + "M, one buffer",
                                one,
                                source,
                                block,
                                policy(LoadStrategy.STAGED, chunk, 1));
                        ours(
                                "STAGED " + chunk + "M, 4 buffers, 1 thread",
                                one,
                                source,
                                block,
                                policy(LoadStrategy.STAGED, chunk, 4));
                        ours(
                                "STAGED " + chunk + "M, 4 buffers, 2 threads",
                                two,
                                source,
                                block,
                                policy(LoadStrategy.STAGED, chunk, 4));
                    }
                    rounds(source, false);
                    space.free(block);
                }
                print();
                return;
            }
        }
        System.out.println("no OpenCL device");
    }

    private void rounds(FileSource source, boolean cold) throws Exception {
        List<String> names = new ArrayList<>(contestants.keySet());
        int warmups = cold ? 0 : 2;
        for (int round = -warmups; round < rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(Math.floorMod(i + round, names.size()));
                if (cold) {
                    dropCache(source);
                }
                long start = System.nanoTime();
                contestants.get(name).load();
                double seconds = (System.nanoTime() - start) / 1e9;
                if (round >= 0) {
                    figures.computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(bytes / seconds / 1e9);
                }
            }
        }
    }

    private void plain(String name, Contestant contestant) {
        contestants.put(name, contestant);
    }

    private void ours(
            String name, FileLoader loader, FileSource source, MemoryBlock block, LoadPolicy how) {
        contestants.put(
                name,
                () -> {
                    LoadReport report = loader.load(source.whole(), block, how);
                    if (report.used() != how.requested()
                            || report.peakStagingBytes() > how.chunkBytes() * how.depth()) {
                        throw new IllegalStateException(report.toString());
                    }
                });
    }

    private static LoadPolicy policy(LoadStrategy strategy, long mebibytes, int depth) {
        return LoadPolicy.of(strategy).withChunkBytes(mebibytes * MIB).withDepth(depth);
    }

    private void read(MemorySegment target, long from, long to, long chunk) throws IOException {
        try (FileChannel channel = open()) {
            read(channel, target, from, to, chunk);
        }
    }

    private static void read(
            FileChannel channel, MemorySegment target, long from, long to, long chunk)
            throws IOException {
        for (long at = from; at < to; ) {
            ByteBuffer buffer = target.asSlice(at, Math.min(chunk, to - at)).asByteBuffer();
            while (buffer.hasRemaining()) {
                at += channel.read(buffer, at);
            }
        }
    }

    private void readTwice(MemorySegment target, long chunk) throws InterruptedException {
        long half = bytes / 2 & -chunk;
        Thread other = Thread.ofPlatform().start(() -> readUnchecked(target, half, bytes, chunk));
        readUnchecked(target, 0, half, chunk);
        other.join();
    }

    private void readUnchecked(MemorySegment target, long from, long to, long chunk) {
        try {
            read(target, from, to, chunk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readDirect(MemorySegment target, long chunk) throws IOException {
        try (FileChannel channel = open(ExtendedOpenOption.DIRECT)) {
            read(channel, target, 0, bytes, chunk);
        }
    }

    private void mapAndCopy(MemorySegment target) throws IOException {
        try (FileChannel channel = open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            MemorySegment.copy(mapped, 0, target, 0, bytes);
        }
    }

    private FileChannel open(OpenOption... more) throws IOException {
        List<OpenOption> options = new ArrayList<>(List.of(more));
        options.add(StandardOpenOption.READ);
        return FileChannel.open(file, options.toArray(OpenOption[]::new));
    }

    /// Drops the file from the page cache, and looks whether it is gone.
    private void dropCache(FileSource source) {
        source.dropCached(source.whole());
        try (MappingLease lease = source.map(0, bytes, "bench")) {
            long resident = lease.residentBytes().orElseThrow();
            if (resident > bytes / 1000) {
                throw new IllegalStateException(resident + " bytes are still in the page cache");
            }
        }
    }

    private void writeFile() throws IOException {
        if (Files.exists(file) && Files.size(file) == bytes) {
            return;
        }
        byte[] part = new byte[(int) MIB];
        Random random = new Random(1);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += MIB) {
                random.nextBytes(part);
                channel.write(ByteBuffer.wrap(part));
            }
            channel.truncate(bytes);
            channel.force(true);
        }
    }

    private void print() {
        System.out.println("| GB/s | min | median | max | per round |\n|---|---|---|---|---|");
        figures.forEach((name, all) -> {
            double[] sorted = all.stream().mapToDouble(each -> each).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %s |%n",
                    name,
                    sorted[0],
                    sorted[sorted.length / 2],
                    sorted[sorted.length - 1],
                    String.join(
                            " ",
                            all.stream()
                                    .map(each -> String.format(Locale.ROOT, "%.2f", each))
                                    .toList()));
        });
        System.out.println(Arrays.asList(System.getProperty("java.vm.version")));
    }
}
