package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// What holds for any entries, and any order of events.
class StoreProperties {

    @Property(tries = 2000)
    void ranks_areStrictTotalOrders(
            @ForAll("infos") EntryInfo one,
            @ForAll("infos") EntryInfo other,
            @ForAll("infos") EntryInfo third,
            @ForAll ScoreOrder order) {
        for (Comparator<EntryInfo> rank : List.of(Ranking.best(order), Ranking.newest())) {
            int sign = Integer.signum(rank.compare(one, other));
            assertThat(Integer.signum(rank.compare(other, one))).isEqualTo(-sign);
            assertThat(sign == 0).isEqualTo(sameRank(one, other));
            if (rank.compare(one, other) <= 0 && rank.compare(other, third) <= 0) {
                assertThat(rank.compare(one, third)).isLessThanOrEqualTo(0);
            }
        }
    }

    private static boolean sameRank(EntryInfo one, EntryInfo other) {
        return one.generation() == other.generation()
                && one.run().equals(other.run())
                && one.role() == other.role();
    }

    /// Scores so close that a tolerance would tie neighbours, and not those two apart; one for each
    /// entry there can be.
    @Provide
    static Arbitrary<EntryInfo> infos() {
        List<OptionalDouble> scores =
                List.of(
                        OptionalDouble.empty(),
                        OptionalDouble.of(0),
                        OptionalDouble.of(1),
                        OptionalDouble.of(1 + 6e-13),
                        OptionalDouble.of(1 + 12e-13));
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c"),
                        Arbitraries.of(Role.class),
                        Arbitraries.longs().between(1, 4))
                .as((run, role, generation) ->
                        new EntryInfo(
                                key("k"),
                                run,
                                role,
                                scores.get(
                                        (int) (run.hashCode() + role.code() + generation)
                                                % scores.size()),
                                OptionalLong.empty(),
                                0,
                                StoreFixture.US,
                                generation,
                                Instant.EPOCH,
                                1,
                                129));
    }

    /// A program that computes what it does not find, over a store that is absent, cold, warm, damaged
    /// or full: always the same values.
    @Property(tries = 150)
    void results_areTheSame_whateverTheStoreDoes(@ForAll long seed) {
        List<String> wanted = results(WarmStore.of(StoreConfig.off()), seed);
        StoreFixture fixture = new StoreFixture();
        assertThat(results(fixture.open(), seed)).as("cold").isEqualTo(wanted);
        assertThat(results(fixture.open(), seed)).as("warm").isEqualTo(wanted);
        Random random = new Random(seed);
        for (Path file : fixture.files.filesBelow(ROOT)) {
            byte[] content = fixture.files.content(file);
            if (content.length > 0 && random.nextBoolean()) {
                content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
                fixture.files.overwrite(file, content);
            }
        }
        assertThat(results(fixture.open(), seed)).as("damaged").isEqualTo(wanted);
        fixture.files.capacity(fixture.files.bytesBelow(Path.of("/")) + random.nextInt(500));
        assertThat(results(fixture.open(), seed + 1))
                .as("full")
                .isEqualTo(results(WarmStore.of(StoreConfig.off()), seed + 1));
    }

    private static List<String> results(WarmStore store, long seed) {
        Random random = new Random(seed);
        List<String> results = new ArrayList<>();
        try (store) {
            for (int i = 0; i < 60; i++) {
                String name = "k" + random.nextInt(20);
                results.add(random.nextBoolean() ? entry(store, name) : record(store, name));
            }
        }
        return results;
    }

    private static String entry(WarmStore store, String name) {
        return StoreFixture.best(store, key("e" + name))
                .orElseGet(() -> {
                    store.put(key("e" + name), EntryWrite.value(), bytes("entry " + name));
                    return "entry " + name;
                });
    }

    private static String record(WarmStore store, String name) {
        return store.log("log")
                .get(key("r" + name))
                .map(found -> new String(found, StandardCharsets.UTF_8))
                .orElseGet(() -> {
                    String value = "record " + name;
                    store.log("log").put(key("r" + name), bytes(value), Durability.DATA);
                    return value;
                });
    }

    /// Whatever is written, read, given up and resized: what lies on the disk is never more than the
    /// budget and the one entry in flight, and always what the store says.
    @Property(tries = 150)
    void bytesOnDisk_neverExceedTheBudget_byMoreThanOneEntry(
            @ForAll long seed, @ForAll @IntRange(min = 4096, max = 40_000) int budget) {
        Random random = new Random(seed);
        StoreFixture fixture = new StoreFixture();
        StoreConfig config = fixture.config().withBudgetBytes(budget).withSegmentBytes(4096);
        WarmStore store = fixture.open(config);
        long largest = 0;
        for (int i = 0; i < 80; i++) {
            int bytes = random.nextInt(budget / 3);
            Fingerprint key = key("k" + random.nextInt(12));
            switch (random.nextInt(7)) {
                case 0, 1 -> store.put(key, EntryWrite.value(), bytes(bytes, i));
                case 2, 3 -> store.log("log").put(key, bytes(bytes, i), Durability.DATA);
                case 4 -> store.log("log").remove(key, Durability.NONE);
                case 5 -> {
                    store.best(key);
                    store.log("log").get(key);
                }
                default -> {
                    store.close();
                    store = fixture.open(config);
                }
            }
            largest = Math.max(largest, bytes + 128);
            assertThat(store.usedBytes()).isLessThanOrEqualTo(budget);
            fixture.assertAccounts(store);
        }
        store.close();
        assertThat(fixture.files.mostBytes()).isLessThanOrEqualTo(budget + largest);
        assertThat(fixture.files.bytesBelow(ROOT)).isLessThanOrEqualTo(budget);
    }
}
