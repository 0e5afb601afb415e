package dev.isobar.benchmarks;

import dev.isobar.broker.PressureTier;
import dev.isobar.embedding.EmbeddingKey;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// How long an embedding pool takes to be warm again: to open the store and restore all vectors of 384
/// floats, beside reading the same files once; and what a look-up takes that finds its vector on the disk
/// only. The files are in the page cache.
///
/// `WarmRestart [--quick | --tiny]`: with fewer vectors and rounds, or with few, to see that it runs.
final class WarmRestart {

    private static final int DIMENSIONS = 384;
    private static final int PREADS = 50_000;
    private static final EmbeddingProfile PROFILE = EmbeddingProfile.of("bench", "bench-384");

    private WarmRestart() {}

    public static void main(String[] args) throws IOException {
        String size = args.length == 0 ? "" : args[0];
        int vectors =
                switch (size) {
                    case "--tiny" -> 1_000;
                    case "--quick" -> 25_000;
                    default -> 100_000;
                };
        int rounds = size.isEmpty() ? 10 : 2;
        List<EmbeddingKey> keys = new ArrayList<>();
        for (int i = 0; i < vectors; i++) {
            keys.add(EmbeddingKey.of(PROFILE, "text " + i));
        }
        Path root = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".bench-restart");
        try {
            fill(root, keys);
            for (int round = 0; round < rounds; round++) {
                print("restart with %,d vectors, ms", vectors, "plainRead", readMillis(root));
                print(
                        "restart with %,d vectors, ms",
                        vectors, "restore", restoreMillis(root, keys));
                print("look-up among %,d on disk, µs", vectors, "plainRead", preadMicros(root));
                print("look-up among %,d on disk, µs", vectors, "get", lookUpMicros(root, keys));
            }
        } finally {
            delete(root);
        }
    }

    private static void print(String what, int vectors, String peer, double value) {
        new Measurement(what.formatted(vectors), peer, value).print();
    }

    private static void fill(Path root, List<EmbeddingKey> keys) {
        Random random = new Random(1);
        float[] vector = new float[DIMENSIONS];
        try (WarmStore store = store(root);
                EmbeddingPool pool = pool(store, 1L << 30)) {
            for (EmbeddingKey key : keys) {
                for (int i = 0; i < DIMENSIONS; i++) {
                    vector[i] = random.nextFloat();
                }
                pool.put(key, vector);
            }
        }
    }

    private static double restoreMillis(Path root, List<EmbeddingKey> keys) {
        long start = System.nanoTime();
        try (WarmStore store = store(root);
                EmbeddingPool pool = pool(store, 1L << 30)) {
            RestoreReport report = pool.restore(() -> false);
            double millis = (System.nanoTime() - start) / 1e6;
            if (report.restored() != keys.size()) {
                throw new AssertionError(report);
            }
            return millis;
        }
    }

    private static double lookUpMicros(Path root, List<EmbeddingKey> keys) {
        int lookUps = keys.size() / 2;
        try (WarmStore store = store(root);
                EmbeddingPool pool = pool(store, 1L << 20)) {
            pool.get(keys.getFirst()); // opens the log
            long start = System.nanoTime();
            for (int i = 1; i <= lookUps; i++) {
                if (pool.get(keys.get((int) (i * 7919L % keys.size()))) == null) {
                    throw new AssertionError("a vector is gone");
                }
            }
            double micros = (System.nanoTime() - start) / 1e3 / lookUps;
            if (pool.stats().recalled() < lookUps * 9L / 10) {
                throw new AssertionError(pool.stats());
            }
            return micros;
        }
    }

    private static double readMillis(Path root) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        long start = System.nanoTime();
        for (Path file : segments(root)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                int read = 0;
                while (read >= 0) {
                    read = channel.read(buffer.clear());
                }
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /// As many bytes as a vector's record has, from anywhere in a segment.
    private static double preadMicros(Path root) throws IOException {
        Random random = new Random(2);
        ByteBuffer buffer = ByteBuffer.allocateDirect(DIMENSIONS * Float.BYTES + 80);
        try (FileChannel channel =
                FileChannel.open(segments(root).getFirst(), StandardOpenOption.READ)) {
            long span = channel.size() - buffer.capacity();
            long start = System.nanoTime();
            for (int i = 0; i < PREADS; i++) {
                channel.read(buffer.clear(), random.nextLong(span));
            }
            return (System.nanoTime() - start) / 1e3 / PREADS;
        }
    }

    private static List<Path> segments(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("segments"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static WarmStore store(Path root) {
        return WarmStore.of(
                StoreConfig.at(root).withBudgetBytes(2L << 30).withTimeToLive(Duration.ZERO));
    }

    private static EmbeddingPool pool(WarmStore store, long limitBytes) {
        return new EmbeddingPool(
                EmbeddingPoolConfig.builder().limitBytes(limitBytes).build(),
                store,
                () -> PressureTier.NORMAL);
    }
}
