package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static dev.isobar.kv.Pools.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.memory.MemorySpace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// SGLang's cases of its radix tree, put to blocks: a page there is a block here, and a match always
/// leaves one token to compute, so prompts that look up have one token more.
class SglangRadixTest {

    private KvPool pool = pool(1, 64);

    @AfterEach
    void invariants() {
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void r2_released_isReleasedOnce() {
        BlockTable table = pool.table();
        KvSequence one = filled(pool, 1);
        int block = one.block(0);
        one.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> table.release(new int[] {block}, 0, 1))
                .withMessageContaining("nobody uses block 1");
    }

    @Test
    void r2_released_belowNobodyLoads_isAnError() {
        TierLedger ledger = new TierLedger(2, false, 0, 0);
        DigestChain key = new DigestChain(1);
        key.add(1, 2, 3, 4);
        int[] slots = new int[1];
        ledger.prepareStore(key, slots);
        ledger.completeStore(key, slots, true);
        assertThatIllegalStateException()
                .isThrownBy(() -> ledger.completeLoad(slots, 0, 1))
                .withMessageContaining("nobody uses block 1");
    }

    /// Above, below, in both places, in none.
    @Test
    void r2_content_isAboveOrBelow_inBothOrNowhere() {
        try (MemorySpace space = Pools.space();
                KvTier tier = new KvTier(KvTierConfig.of("below", Pools.shape(1), 8), space);
                KvPool above = new KvPool(config(1, 2).build(), space, tier)) {
            int[] prompt = {1, 2, Integer.MAX_VALUE};
            assertThat(places(above, tier, prompt)).isEqualTo("");
            filled(above, 1, 2).close();
            assertThat(places(above, tier, prompt)).isEqualTo("above");
            filled(above, 7, 8).close();
            assertThat(places(above, tier, prompt)).isEqualTo("below");
            above.open(KvPrompt.of(prompt)).close();
            assertThat(places(above, tier, prompt)).isEqualTo("above below");
        }
    }

    private static String places(KvPool above, KvTier tier, int[] prompt) {
        try (KvSequence any = above.open(KvPrompt.of(prompt).withoutLookup())) {
            boolean up = above.peek(KvPrompt.of(prompt)) == 2;
            boolean down = tier.ledger().holds(any.chain(), 1);
            return up && down ? "above below" : up ? "above" : down ? "below" : "";
        }
    }

    @Test
    void r3_insert_matchesAllOfIt_andItsBeginning() {
        filled(pool, 1, 2, 3).close();
        assertThat(matched(1, 2, 3)).containsExactly(1, 2, 3);
        assertThat(matched(1, 2)).containsExactly(1, 2);
        assertThat(matched(9)).isEmpty();
        assertThat(pool.stats().idleBlocks()).isEqualTo(3);
    }

    @Test
    void r3_withoutCaching_matchesNothing() {
        renew(pool(config(1, 8).caching(false)));
        filled(pool, 1, 2, 3).close();
        assertThat(match(1, 2, 3)).isZero();
        assertThat(pool.stats().idleBlocks()).isZero();
    }

    @Test
    void r4_totals_addUp_andResetClears() {
        filled(pool, 1, 2, 3).close();
        filled(pool, 4, 5).close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(5);
        assertThat(pool.reset()).isTrue();
        assertThat(pool.stats().idleBlocks()).isZero();
        assertThat(match(1, 2, 3)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void r5_events_ofStoringAndRemoving(int page) {
        renew(pool(config(page, 8).blocksPerSegment(1).events(100)));
        KvSequence one = filled(pool, range(0, 4 * page));
        one.close();
        KvEvent.Stored stored = (KvEvent.Stored) pool.eventsAfter(0).orElseThrow().getFirst();
        assertThat(stored.tokens()).hasSize(4 * page);
        assertThat(stored.digests())
                .isEqualTo(PlainDigests.chain(pool, KvPrompt.of(range(0, 4 * page))));
        pool.reclaim(ReclaimRequest.of(3L * page * 16));
        assertThat(pool.eventsAfter(1).orElseThrow()) // three, from the leaf on
                .extracting(each -> ((KvEvent.Removed) each).digest())
                .containsExactlyElementsOf(stored.digests().subList(1, 4).reversed());
    }

    @Test
    void r5_withoutEvents_nothingIsTold() {
        filled(pool, 1, 2, 3).close();
        assertThat(pool.eventsAfter(0)).hasValue(List.of());
    }

    @Test
    void r6_otherKeys_neverShare() {
        KvPrompt prompt = KvPrompt.of(1, 2, 3, 4);
        KvSequence none = filled(pool, prompt);
        KvSequence one = filled(pool, prompt.in(KvContext.NONE.withAdapter("key1")));
        KvSequence two = filled(pool, prompt.in(KvContext.NONE.withAdapter("key2")));
        assertThat(List.of(none, one, two)).allMatch(each -> each.cachedTokens() == 0);
        assertThat(List.of(none.block(0), one.block(0), two.block(0))).containsExactly(1, 5, 9);
        assertThat(pool.table().indexed()).isEqualTo(12);
        assertThat(pool.index().digests(pool.resource().name())).hasSize(12);
        assertThat(pool.peek(prompt.in(KvContext.NONE.withAdapter("unknown")))).isZero();
        assertThat(pool.peek(prompt.in(KvContext.NONE.withAdapter("")))).isZero();
        List.of(none, one, two).forEach(KvSequence::close);
    }

    @Test
    void r7_useAndRelease_moveBlocksBetweenUsedAndIdle() {
        filled(pool, 1, 2, 3).close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(3);
        KvSequence again = pool.open(KvPrompt.of(1, 2, 3, 9));
        assertThat(pool.stats().idleBlocks()).isZero();
        assertThat(pool.stats().usedBlocks()).isEqualTo(3);
        again.close();
        assertThat(pool.stats().idleBlocks()).isEqualTo(3);
    }

    @Test
    void r8_evict_freesFromTheLeaves() {
        renew(pool(1, 4));
        filled(pool, 1, 2).close();
        filled(pool, 3, 4).close();
        try (KvSequence more = filled(pool, 7, 8)) {
            assertThat(more.blocks()).isEqualTo(2);
            assertThat(pool.stats().evictedForRoom()).isEqualTo(2);
            assertThat(match(1, 2)).isZero();
            assertThat(match(3, 4)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,5", "2,5", "4,6"})
    void r9_match_isAMultipleOfThePage(int page, int length) {
        renew(pool(page, 16));
        filled(pool, range(0, length)).close();
        assertThat(match(range(0, length))).isEqualTo(length - length % page);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void r10_branches_shareWhatTheyHaveInCommon(int page) {
        renew(pool(page, 16));
        filled(pool, 1, 2, 3, 4, 5, 6, 7, 8).close();
        int[] trunk = matched(1, 2, 3, 4, 5, 6, 7, 8);
        filled(pool, 1, 2, 9, 10).close();
        assertThat(pool.stats().idleBlocks() * page).isEqualTo(10);
        assertThat(matched(1, 2, 3, 4, 999, 1000)).containsExactly(begin(trunk, 4 / page));
        assertThat(matched(1, 2, 3, 4, 5, 6, 7, 8)).containsExactly(trunk).hasSize(8 / page);
        assertThat(matched(1, 2, 3, 4, 5, 6, 777, 888)).containsExactly(begin(trunk, 6 / page));
        assertThat(matched(1, 2, 9, 10))
                .hasSize(4 / page)
                .startsWith(begin(trunk, 2 / page))
                .doesNotContain(trunk[2 / page]);
        assertThat(pool.stats().idleBlocks() * page).isEqualTo(10);
    }

    private static int[] begin(int[] path, int blocks) {
        return Arrays.copyOf(path, blocks);
    }

    @Test
    void r11_repeatedPages_haveDifferentDigests_chained() {
        renew(pool(config(4, 8).events(10)));
        KvSequence one = pool.open(KvPrompt.of(1, 2, 3, 4, 1, 2, 3, 4));
        one.prefill(4);
        one.prefill(4);
        one.close();
        List<KvEvent> events = pool.eventsAfter(0).orElseThrow();
        KvEvent.Stored first = (KvEvent.Stored) events.get(0);
        KvEvent.Stored second = (KvEvent.Stored) events.get(1);
        assertThat(first.parent()).isNull();
        assertThat(first.digests()).hasSize(1);
        assertThat(second.parent()).isEqualTo(first.digests().getFirst());
        assertThat(second.digests()).isNotEqualTo(first.digests());
    }

    /// 10,000 sequences of 100 tokens of their own behind 10,000 that all share.
    @Test
    void r12_manySequences_onOnePrefix_keepItOnce() {
        renew(pool(config(100, 12_000).blocksPerSegment(100)));
        int[] prompt = concat(range(0, 10_000), times(100, 0));
        for (int sequence = 0; sequence < 10_000; sequence++) {
            Arrays.fill(prompt, 10_000, prompt.length, 1_000_000 + sequence);
            filled(pool, prompt).close();
        }
        int unique = 10_000 + 10_000 * 100;
        assertThat(pool.stats().idleBlocks()).isEqualTo(unique / 100);
        assertThat(pool.stats().evictedForRoom()).isZero();
        assertThat(pool.stats().committedBytes())
                .isLessThan(2 * unique * pool.config().shape().bytesPerToken());
    }

    @Test
    void peek_doesNotMakeBlocksYounger() {
        renew(pool(1, 4));
        filled(pool, 1, 2).close();
        filled(pool, 3, 4).close();
        assertThat(match(1, 2)).isEqualTo(2);
        filled(pool, 7).close();
        assertThat(match(1, 2)).isEqualTo(1);
        assertThat(match(3, 4)).isEqualTo(2);
    }

    @Test
    void use_makesBlocksYounger() {
        renew(pool(1, 4));
        filled(pool, 1, 2).close();
        filled(pool, 3, 4).close();
        pool.open(KvPrompt.of(1, 2, 99)).close();
        filled(pool, 7).close();
        assertThat(match(1, 2)).isEqualTo(2);
        assertThat(match(3, 4)).isEqualTo(1);
    }

    private int match(int... tokens) {
        return pool.peek(KvPrompt.of(concat(tokens, new int[] {Integer.MAX_VALUE})));
    }

    /// The blocks of a match.
    private int[] matched(int... tokens) {
        KvPrompt prompt = KvPrompt.of(concat(tokens, new int[] {Integer.MAX_VALUE}));
        try (KvSequence found = pool.open(prompt)) {
            return found.blockNumbers();
        }
    }

    private void renew(KvPool other) {
        pool.close();
        pool = other;
    }
}
