package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What a store holds may change how long things take, and what is counted; never what comes out.
class WarmInvarianceProperties {

    private static final long VECTOR_BYTES = 4L * FakeModel.DIMENSIONS;
    private static final int BATCH = 4;

    /// In what state a run finds its store.
    enum Store {
        ABSENT,
        COLD,
        WARM,
        KILLED,
        CORRUPT,
        CUT,
        FULL,
        UNWRITABLE
    }

    private record Answers(List<float[]> vectors, List<float[]> gotten) {}

    @Property(tries = 60)
    void values_doNotDependOnTheStore(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 39) Integer> texts,
            @ForAll Store state,
            @ForAll long seed)
            throws IOException, InterruptedException {
        Path root = Files.createTempDirectory("isobar-invariance");
        try {
            Answers absent = run(StoreConfig.off(), texts, false);
            Answers other = run(prepared(root, state, texts, seed), texts, false);

            assertThat(same(other.vectors, absent.vectors)).isTrue();
            assertThat(other.vectors).hasSize(texts.size());
            for (int i = 0; i < texts.size(); i++) {
                float[] made = FakeModel.vectorOf("text " + texts.get(i));
                assertThat(other.vectors.get(i)).isEqualTo(made);
                assertThat(other.gotten.get(i))
                        .satisfiesAnyOf(
                                got -> assertThat(got).isNull(),
                                got -> assertThat(got).isEqualTo(made));
            }
        } finally {
            delete(root);
        }
    }

    private static StoreConfig prepared(Path root, Store state, List<Integer> texts, long seed)
            throws IOException, InterruptedException {
        StoreConfig config = StoreConfig.at(root.resolve("store")).withSegmentBytes(8192);
        switch (state) {
            case ABSENT -> {
                return StoreConfig.off();
            }
            case COLD -> {}
            case WARM -> run(config, texts, false);
            case KILLED -> run(config, texts, true);
            case CORRUPT -> {
                run(config, texts, false);
                damage(root, new Random(seed), false);
            }
            case CUT -> {
                run(config, texts, false);
                damage(root, new Random(seed), true);
            }
            case FULL -> {
                return config.withBudgetBytes(StoreConfig.LEAST_BUDGET_BYTES)
                        .withSegmentBytes(StoreConfig.LEAST_SEGMENT_BYTES);
            }
            case UNWRITABLE ->
                    Files.writeString(root.resolve("store"), "a file where the root goes");
        }
        return config;
    }

    /// Embeds, looks up, evicts and restores.
    ///
    /// @param killed whether the end is that of a process that nobody closed: the mark of a clean end is
    ///     taken away
    private static Answers run(StoreConfig config, List<Integer> texts, boolean killed)
            throws IOException, InterruptedException {
        var answers = new Answers(new ArrayList<>(), new ArrayList<>());
        WarmStore store = WarmStore.of(config);
        var settings = EmbeddingPoolConfig.builder().limitBytes(10 * VECTOR_BYTES).build();
        try (store;
                var pool = new EmbeddingPool(settings, store, () -> PressureTier.NORMAL)) {
            pool.restore(() -> false);
            for (int from = 0; from < texts.size(); from += BATCH) {
                List<String> batch =
                        texts.subList(from, Math.min(texts.size(), from + BATCH)).stream()
                                .map(i -> "text " + i)
                                .toList();
                answers.vectors.addAll(
                        pool.embedAll(FakeModel.PROFILE, batch, new FakeModel()).vectors());
                pool.reclaim(ReclaimRequest.of(3 * VECTOR_BYTES));
                batch.forEach(text ->
                        answers.gotten.add(pool.get(EmbeddingKey.of(FakeModel.PROFILE, text))));
            }
        }
        if (killed) {
            Files.deleteIfExists(config.root().resolve("CLEAN"));
        }
        return answers;
    }

    private static boolean same(List<float[]> one, List<float[]> two) {
        for (int i = 0; i < one.size(); i++) {
            if (!Arrays.equals(one.get(i), two.get(i))) {
                return false;
            }
        }
        return one.size() == two.size();
    }

    /// Flips a bit in every file, or cuts it off somewhere.
    private static void damage(Path root, Random random, boolean cut) throws IOException {
        for (Path file : files(root)) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == 0) {
                continue;
            }
            int at = random.nextInt(bytes.length);
            if (cut) {
                bytes = Arrays.copyOf(bytes, at);
            } else {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, bytes);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder())
                    .forEach(each -> {
                        try {
                            Files.delete(each);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
