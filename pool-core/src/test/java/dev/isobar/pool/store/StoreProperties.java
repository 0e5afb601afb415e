package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.ROOT;
import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
                && one.role() == other.role()
                && one.score().equals(other.score());
    }

    @Provide
    static Arbitrary<EntryInfo> infos() {
        Arbitrary<OptionalDouble> scores =
                Arbitraries.of(
                        OptionalDouble.empty(),
                        OptionalDouble.of(0),
                        OptionalDouble.of(1),
                        OptionalDouble.of(1 + 1e-13),
                        OptionalDouble.of(1 + 2e-13));
        return Combinators.combine(
                        Arbitraries.of("a", "b"),
                        Arbitraries.of(Role.class),
                        scores,
                        Arbitraries.longs().between(1, 4))
                .as(
                        (run, role, score, generation) ->
                                new EntryInfo(
                                        key("k"),
                                        run,
                                        role,
                                        generation % 2 == 0 ? score : scoreOf(run, role, score),
                                        OptionalLong.empty(),
                                        0,
                                        StoreFixture.US,
                                        generation,
                                        Instant.EPOCH,
                                        1,
                                        129))
                .filter(info -> !hasTwin(info));
    }

    private static OptionalDouble scoreOf(String run, Role role, OptionalDouble score) {
        return run.equals("a") && role == Role.LAST ? OptionalDouble.empty() : score;
    }

    /// One generation is one entry: only a damaged root has two, which then differ in name. Results do
    /// not rank by score, so that of two with the same name and generation only one can be.
    private static boolean hasTwin(EntryInfo info) {
        return info.role() == Role.FINAL && info.score().isPresent();
    }

    /// Whatever is written, read, given up and resized: what lies on the disk is never more than the
    /// budget and the one entry in flight, and always what the store says.
    @Property(tries = 150)
    void bytesOnDisk_neverExceedTheBudget_byMoreThanOneEntry(
            @ForAll long seed, @ForAll @IntRange(min = 4096, max = 40_000) int budget) {
        Random random = new Random(seed);
        StoreFixture fixture = new StoreFixture();
        StoreConfig config =
                fixture.config().withBudgetBytes(budget).withSegmentBytes(4096);
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
