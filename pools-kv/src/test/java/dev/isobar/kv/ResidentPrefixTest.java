package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The reference's cases of resident prefixes, put to blocks of 32 tokens.
class ResidentPrefixTest {

    private KvPool pool = pool(32, 128); // 4,096 tokens

    @AfterEach
    void invariants() {
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void budget_evictsFromTheOldestAlone() {
        filled(pool, prompt(1, 1_500)).close();
        filled(pool, prompt(2, 1_500)).close();
        filled(pool, prompt(3, 1_500)).close();
        assertThat(found(2, 1_500)).isEqualTo(1_472);
        assertThat(found(3, 1_500)).isEqualTo(1_472);
        // 3 x 46 full blocks and one half full one in 128: only what was missing went.
        assertThat(pool.stats().evictedForRoom()).isEqualTo(3 * 46 + 1 - 128);
        assertThat(found(1, 1_500)).isEqualTo((46 - 11) * 32);
    }

    @Test
    void oversized_isRefused_andEvictsNothing() {
        filled(pool, prompt(1, 1_500)).close();
        try (KvSequence large = pool.open(KvPrompt.of(prompt(2, 5_000)))) {
            assertThat(((Room.Short) large.ensureRoom(5_000)).impossible()).isTrue();
        }
        assertThat(pool.stats().evictedForRoom()).isZero();
        assertThat(found(1, 1_500)).isEqualTo(1_472);
    }

    @Test
    void smallPrompt_isKept_withoutEviction() {
        filled(pool, prompt(1, 533)).close();
        assertThat(found(1, 533)).isEqualTo(512);
        assertThat(pool.stats().evictedForRoom()).isZero();
    }

    @Test
    void drain_leavesWhatIsUsed_andCountsToZero() {
        renew(pool(32, 16));
        filled(pool, prompt(0, 128)).close();
        filled(pool, prompt(1, 128)).close();
        KvSequence used = filled(pool, prompt(2, 128));
        filled(pool, prompt(3, 128)).close();
        try (KvSequence other = pool.open(KvPrompt.of(prompt(4, 384)))) {
            assertThat(other.ensureRoom(384)).isEqualTo(new Room.Ready(12, 12));
        }
        assertThat(pool.stats().idleBlocks()).isZero();
        assertThat(used.blocks()).isEqualTo(4);
        assertThat(found(2, 129)).isEqualTo(128);
        used.close();
    }

    @Test
    void evictedThenComputedAgain_countsOnce() {
        renew(pool(32, 4));
        filled(pool, prompt(1, 128)).close();
        filled(pool, prompt(2, 128)).close();
        filled(pool, prompt(1, 128)).close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(4);
        assertThat(pool.tenants().getFirst().blocks()).isEqualTo(4);
    }

    @Test
    void emptyPool_hasNothingToEvict() {
        assertThat(pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isZero();
        assertThat(pool.stats().evictedByReclaim()).isZero();
    }

    @Test
    void sameBeginning_otherTail_sharesEveryFullBlock() {
        int[] beginning = prompt(7, 2_200);
        filled(pool, concat(beginning, range(0, 14))).close();
        try (KvSequence other = pool.open(KvPrompt.of(concat(beginning, range(100, 131))))) {
            assertThat(other.cachedTokens()).isEqualTo(2_176);
        }
    }

    @Test
    void longerSequence_servesEveryBeginningOfIt() {
        int[] all = prompt(7, 3_100);
        filled(pool, all).close();
        for (int length : new int[] {33, 640, 1_408, 3_072}) {
            try (KvSequence part = pool.open(KvPrompt.of(Arrays.copyOf(all, length)))) {
                assertThat(part.cachedTokens()).isEqualTo((length - 1) / 32 * 32);
            }
        }
    }

    @Test
    void readers_shareABlock_andKeepItFromEviction() {
        renew(pool(32, 6));
        filled(pool, prompt(1, 96)).close();
        KvSequence one = pool.open(KvPrompt.of(prompt(1, 97)));
        KvSequence two = pool.open(KvPrompt.of(prompt(1, 97)));
        assertThat(one.blockNumbers()).isEqualTo(two.blockNumbers());
        one.close();
        try (KvSequence other = pool.open(KvPrompt.of(prompt(2, 128)))) {
            assertThat(other.ensureRoom(128)).isInstanceOf(Room.Short.class);
        }
        assertThat(two.blocks()).isEqualTo(3);
        two.close();
    }

    @Test
    void randomPrompts_matchAFlatModelOfPrefixes() {
        renew(pool(2, 4_096));
        Set<List<Integer>> stored = new HashSet<>();
        Random random = new Random(42);
        for (int step = 0; step < 10_000; step++) {
            int[] tokens = random.ints(1 + random.nextInt(10), 0, 2).toArray();
            List<Integer> list = Arrays.stream(tokens).boxed().toList();
            int expected = 0;
            while (expected + 2 < tokens.length && stored.contains(list.subList(0, expected + 2))) {
                expected += 2;
            }
            try (KvSequence sequence = filled(pool, tokens)) {
                assertThat(sequence.cachedTokens()).isEqualTo(expected);
            }
            for (int end = 2; end <= tokens.length; end += 2) {
                stored.add(list.subList(0, end));
            }
        }
        assertThat(pool.stats().evictedForRoom()).isZero();
    }

    private int found(int family, int length) {
        return pool.peek(KvPrompt.of(prompt(family, length)));
    }

    private static int[] prompt(int family, int length) {
        return range(family * 100_000, family * 100_000 + length);
    }

    private void renew(KvPool other) {
        pool.close();
        pool = other;
    }
}
