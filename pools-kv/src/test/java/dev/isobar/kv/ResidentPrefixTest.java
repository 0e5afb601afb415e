package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static dev.isobar.kv.Pools.times;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
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

    /// Four prompts of four blocks, and the third is borrowed: they go in the order 0, 1, 3.
    @Test
    void drain_leavesWhatIsUsed_andCountsToZero() {
        renew(pool(32, 16));
        filled(pool, prompt(0, 128)).close();
        filled(pool, prompt(1, 128)).close();
        KvSequence used = filled(pool, prompt(2, 128));
        filled(pool, prompt(3, 128)).close();
        assertThat(kept()).containsExactly(0, 1, 2, 3);
        try (KvSequence other = pool.open(KvPrompt.of(prompt(4, 384)))) {
            assertThat(other.ensureRoom(128)).isEqualTo(new Room.Ready(4, 4));
            assertThat(kept()).containsExactly(1, 2, 3);
            assertThat(other.ensureRoom(256)).isEqualTo(new Room.Ready(8, 4));
            assertThat(kept()).containsExactly(2, 3);
            assertThat(other.ensureRoom(384)).isEqualTo(new Room.Ready(12, 4));
            assertThat(kept()).containsExactly(2);
            assertThat(other.ensureRoom(416)).isInstanceOf(Room.Short.class);
        }
        assertThat(pool.stats().idleBlocks()).isZero();
        assertThat(used.blockNumbers()).containsExactly(9, 10, 11, 12);
        used.close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(4);
    }

    /// Which of four prompts of four blocks are there.
    private List<Integer> kept() {
        return IntStream.range(0, 4).filter(each -> found(each, 129) == 128).boxed().toList();
    }

    @Test
    void everythingIsUsed_nothingGoes() {
        renew(pool(32, 4));
        try (KvSequence used = filled(pool, prompt(0, 128));
                KvSequence other = pool.open(KvPrompt.of(prompt(1, 32)))) {
            assertThat(other.ensureRoom(32)).isInstanceOf(Room.Short.class);
            assertThat(pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isZero();
            assertThat(pool.stats().evictedByReclaim() + pool.stats().evictedForRoom()).isZero();
            assertThat(used.blockNumbers()).containsExactly(1, 2, 3, 4);
            assertThat(found(0, 129)).isEqualTo(128);
        }
    }

    /// 300, 400 and 500 tokens, and 700 to be made free: the first two go, in this order.
    @Test
    void room_takesTheOldestInTurn_untilItIsEnough() {
        renew(pool(config(100, 12).events(100)));
        KvPrompt[] prompts = {
            KvPrompt.of(prompt(0, 300)), KvPrompt.of(prompt(1, 400)), KvPrompt.of(prompt(2, 500))
        };
        for (KvPrompt each : prompts) {
            filled(pool, each).close();
        }
        try (KvSequence other = pool.open(KvPrompt.of(prompt(3, 700)))) {
            assertThat(other.ensureRoom(700)).isEqualTo(new Room.Ready(7, 7));
        }
        List<String> expected = new ArrayList<>(PlainDigests.chain(pool, prompts[0]).reversed());
        expected.addAll(PlainDigests.chain(pool, prompts[1]).reversed());
        assertThat(pool.eventsAfter(3).orElseThrow())
                .extracting(each -> ((KvEvent.Removed) each).digest())
                .containsExactlyElementsOf(expected);
        assertThat(found(2, 501)).isEqualTo(500);
    }

    /// The same with the first of two in use: one goes, and that is no error.
    @Test
    void room_whereOneIsUsed_theOtherGoes_andThatIsAll() {
        renew(pool(config(100, 8).blocksPerSegment(4)));
        try (KvSequence used = filled(pool, prompt(0, 400))) {
            filled(pool, prompt(1, 400)).close();
            long bytes = 1_024 * pool.config().shape().bytesPerToken();
            assertThat(pool.reclaim(ReclaimRequest.of(bytes)).freedBytes())
                    .isEqualTo(4 * pool.config().shape().bytesPerBlock());
            assertThat(pool.stats().evictedByReclaim()).isEqualTo(4);
            assertThat(found(1, 401)).isZero();
            assertThat(used.blockNumbers()).containsExactly(1, 2, 3, 4);
        }
    }

    /// `aaaabbbb` and `aaaacccc` take twelve places.
    @Test
    void repeatedBlocks_areKeptOnce() {
        renew(pool(4, 8));
        filled(pool, concat(times(4, 'a'), times(4, 'b'))).close();
        filled(pool, concat(times(4, 'a'), times(4, 'c'))).close();
        assertThat(pool.table().indexed() * 4).isEqualTo(12);
    }

    @Test
    void evictedThenComputedAgain_countsOnce() {
        renew(pool(32, 4));
        filled(pool, prompt(1, 128)).close();
        filled(pool, prompt(2, 128)).close();
        filled(pool, prompt(1, 128)).close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(4);
        assertThat(pool.tenants().getFirst().blocks()).isEqualTo(4);
        assertThat(pool.table().indexed()).isEqualTo(4);
        assertThat(found(1, 129)).isEqualTo(128);
        assertThat(found(2, 129)).isZero();
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

    /// Prompts come and go, since there is room for a part of them alone; what went is known by events.
    @Test
    void randomPrompts_matchAFlatModelOfPrefixes() {
        renew(pool(config(2, 40).events(1_000)));
        Map<String, List<Integer>> known = new HashMap<>();
        Set<List<Integer>> stored = new HashSet<>();
        Random random = new Random(42);
        long heard = 0;
        for (int step = 0; step < 10_000; step++) {
            int[] tokens = random.ints(1 + random.nextInt(12), 0, 2).toArray();
            List<Integer> list = Arrays.stream(tokens).boxed().toList();
            int expected = 0;
            while (expected + 2 < tokens.length && stored.contains(list.subList(0, expected + 2))) {
                expected += 2;
            }
            KvPrompt prompt = KvPrompt.of(tokens);
            List<String> digests = PlainDigests.chain(pool, prompt);
            for (int at = 0; at < digests.size(); at++) {
                known.put(digests.get(at), List.copyOf(list.subList(0, 2 * at + 2)));
            }
            try (KvSequence sequence = filled(pool, tokens)) {
                assertThat(sequence.cachedTokens()).isEqualTo(expected);
            }
            if (random.nextInt(500) == 0) {
                assertThat(pool.reset()).isTrue();
            }
            for (KvEvent event : pool.eventsAfter(heard).orElseThrow()) {
                heard = event.number();
                switch (event) {
                    case KvEvent.Stored now -> now.digests().forEach(d -> stored.add(known.get(d)));
                    case KvEvent.Removed gone ->
                            assertThat(stored.remove(known.get(gone.digest()))).isTrue();
                    case KvEvent.Cleared _ -> stored.clear();
                }
            }
        }
        assertThat(pool.stats().evictedForRoom()).isGreaterThan(1_000);
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
