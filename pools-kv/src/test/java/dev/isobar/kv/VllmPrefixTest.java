package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static dev.isobar.kv.Pools.times;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The prefix-caching vectors of vLLM, with its block numbers. Its block 0 stands for no block; ours
/// begin at 1, too, so a pool of 11 there is one of 10 here.
class VllmPrefixTest {

    private static final int[] COMMON = concat(times(16, 0), times(16, 1), times(16, 2));

    private KvPool pool = pool(16, 10);

    @AfterEach
    void invariants() {
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void p1_prefill_sharesTheCommonBlocks_andFreesInReverse() {
        KvPrompt first = KvPrompt.of(concat(COMMON, times(7, 3)));
        KvSequence r0 = pool.open(first);
        assertThat(r0.cachedTokens()).isZero();
        assertThat(r0.prefill(55)).isEqualTo(new Room.Ready(4, 0));
        assertThat(r0.blockNumbers()).containsExactly(1, 2, 3, 4);
        assertThat(List.of(hex(1), hex(2), hex(3))).isEqualTo(PlainDigests.chain(pool, first));
        assertThat(users(1, 2, 3, 4)).containsExactly(1, 1, 1, 1);
        assertThat(pool.table().kept(4)).isFalse();

        KvSequence r1 = filled(pool, concat(COMMON, times(5, 3)));
        assertThat(r1.cachedTokens()).isEqualTo(48);
        assertThat(r1.blockNumbers()).containsExactly(1, 2, 3, 5);
        assertThat(users(1, 2, 3)).containsExactly(2, 2, 2);
        assertThat(free()).hasSize(5);

        r0.close();
        r1.close();
        assertThat(free()).containsExactly(5, 4, 6, 7, 8, 9, 10, 3, 2, 1);

        KvSequence r2 = filled(pool, concat(COMMON, times(6, 3)));
        assertThat(r2.cachedTokens()).isEqualTo(48);
        assertThat(r2.blockNumbers()).containsExactly(1, 2, 3, 5);
        assertThat(free()).hasSize(6);
        r2.close();

        KvSequence r3 = filled(pool, times(160, 99));
        assertThat(r3.cachedTokens()).isZero();
        assertThat(r3.blockNumbers()).containsExactly(5, 4, 6, 7, 8, 9, 10, 3, 2, 1);
        assertThat(free()).isEmpty();
        r3.close();
    }

    @Test
    void p2_withoutLookup_computesAnew_withTheSameDigests() {
        KvSequence r0 = filled(pool, KvPrompt.of(concat(COMMON, times(7, 3))).withoutLookup());
        assertThat(r0.blockNumbers()).containsExactly(1, 2, 3, 4);
        KvSequence r1 = filled(pool, concat(COMMON, times(5, 3)));
        assertThat(r1.cachedTokens()).isEqualTo(48);
        assertThat(r1.blockNumbers()).containsExactly(1, 2, 3, 5);

        KvSequence r2 = filled(pool, KvPrompt.of(concat(COMMON, times(6, 3))).withoutLookup());
        assertThat(r2.cachedTokens()).isZero();
        assertThat(r2.blockNumbers()).containsExactly(6, 7, 8, 9);
        assertThat(users(6, 7, 8, 9)).containsExactly(1, 1, 1, 1);
        assertThat(List.of(hex(6), hex(7), hex(8))).isEqualTo(List.of(hex(1), hex(2), hex(3)));
        List.of(r0, r1, r2).forEach(KvSequence::close);
    }

    @Test
    void p3_decode_takesABlockWhenOneIsFull() {
        KvSequence r0 = filled(pool, concat(COMMON, times(7, 3)));
        assertThat(r0.append(times(4, 8))).isEqualTo(new Room.Ready(0, 0));
        assertThat(pool.table().kept(r0.block(3))).isFalse();

        assertThat(r0.append(times(19, 7))).isEqualTo(new Room.Ready(1, 0));
        assertThat(pool.table().kept(r0.block(3))).isTrue();
        assertThat(pool.table().kept(r0.block(4))).isFalse();
        assertThat(r0.blockNumbers()).containsExactly(1, 2, 3, 4, 5);
        r0.close();
    }

    @Test
    void p4_evict_theTailOfTheOldestChainGoesFirst() {
        KvSequence r0 = filled(pool, range(0, 5 * 16 + 7));
        KvSequence r1 = filled(pool, range(5 * 16 + 7, 5 * 16 + 7 + 48));
        assertThat(free()).hasSize(1);
        r0.close();
        assertThat(free()).containsExactly(6, 10, 5, 4, 3, 2, 1);
        r1.close();
        assertThat(free()).containsExactly(6, 10, 5, 4, 3, 2, 1, 9, 8, 7);

        KvSequence r2 = filled(pool, range(0, 2 * 16 + 3));
        assertThat(r2.cachedTokens()).isEqualTo(32);
        assertThat(r2.blockNumbers()).containsExactly(1, 2, 6);
        assertThat(free()).hasSize(7);
        r2.close();
    }

    @Test
    void p5_reusedBlock_hasNoDigest() {
        renew(pool(16, 1));
        filled(pool, range(0, 16)).close();
        KvSequence next = filled(pool, range(100, 115));
        assertThat(next.blockNumbers()).containsExactly(1);
        assertThat(pool.table().kept(1)).isFalse();
        next.close();
    }

    @Test
    void p6_foundBlocks_areNotEvictedForTheRest() {
        renew(pool(16, 2));
        KvSequence r0 = filled(pool, range(0, 16));
        KvSequence r1 = filled(pool, range(16, 32));
        r0.close();
        r1.close();
        KvSequence r2 = filled(pool, range(0, 32));
        assertThat(r2.cachedTokens()).isEqualTo(16);
        assertThat(r2.blockNumbers()).containsExactly(1, 2);
        r2.close();
    }

    @Test
    void p7_withoutCaching_nothingIsFound() {
        renew(pool(config(4, 4).caching(false)));
        KvSequence r0 = filled(pool, range(0, 10));
        assertThat(r0.blockNumbers()).containsExactly(1, 2, 3);
        r0.close();
        KvSequence r1 = filled(pool, range(0, 16));
        assertThat(r1.cachedTokens()).isZero();
        assertThat(r1.blockNumbers()).containsExactly(3, 2, 1, 4);
        KvSequence r2 = pool.open(KvPrompt.of(range(0, 4)));
        assertThat(r2.prefill(4)).isInstanceOf(Room.Short.class);
        assertThat(r2.blocks()).isZero();
        r1.close();
        r2.close();
    }

    @Test
    void p8_fullBlocks_areKeptStepByStep() {
        renew(pool(4, 5));
        KvSequence r0 = pool.open(KvPrompt.of(range(0, 14)));
        r0.prefill(8);
        assertThat(pool.table().indexed()).isEqualTo(2);
        List<String> first = List.of(hex(1), hex(2));
        r0.prefill(4);
        assertThat(pool.table().indexed()).isEqualTo(3);
        assertThat(List.of(hex(1), hex(2))).isEqualTo(first);
        assertThat(pool.table().kept(3)).isTrue();
        r0.close();
    }

    @Test
    void p11_salt_keepsTenantsApart_inTheWholeChain() {
        KvPrompt prompt = KvPrompt.of(concat(COMMON, times(11, 3)));
        KvSequence one = filled(pool, prompt.forTenant("salt1"));
        one.append(times(5, 8));
        assertThat(pool.table().kept(one.block(3))).isTrue();
        KvSequence same = pool.open(prompt.forTenant("salt1"));
        assertThat(same.cachedTokens()).isEqualTo(48);
        assertThat(same.blockNumbers()).containsExactly(1, 2, 3);
        KvSequence other = filled(pool, prompt.forTenant("salt2"));
        assertThat(other.cachedTokens()).isZero();
        for (int at = 0; at < 3; at++) {
            assertThat(hex(other.block(at))).isNotEqualTo(hex(one.block(at)));
        }
        List.of(one, same, other).forEach(KvSequence::close);
    }

    @Test
    void p12_notEnoughBesidesTheFound_changesNothing() {
        KvSequence r0 = filled(pool, COMMON);
        KvSequence r1 = filled(pool, concat(COMMON, COMMON));
        assertThat(r1.cachedTokens()).isEqualTo(48);
        int[] path = r1.blockNumbers();
        r1.close();
        assertThat(users(path)).containsExactly(1, 1, 1, 0, 0, 0);
        KvSequence r2 = filled(pool, times(2 * 16, 77));
        assertThat(path).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(free()).containsExactly(9, 10, 6, 5, 4);

        KvSequence r3 = pool.open(KvPrompt.of(concat(COMMON, COMMON, COMMON)));
        assertThat(r3.cachedTokens()).isEqualTo(96);
        assertThat(r3.prefill(48)).isInstanceOf(Room.Short.class);
        assertThat(r3.tokens()).isEqualTo(96);
        r3.close();
        assertThat(users(path)).containsExactly(1, 1, 1, 0, 0, 0);
        assertThat(free()).containsExactly(9, 10, 6, 5, 4);
        assertThat(pool.stats().evictedForRoom()).isZero();
        r0.close();
        r2.close();
    }

    @Test
    void p13_reset_onlyWithoutUsers() {
        KvSequence r0 = filled(pool, COMMON);
        assertThat(pool.reset()).isFalse();
        assertThat(pool.table().indexed()).isEqualTo(3);
        assertThat(pool.peek(KvPrompt.of(concat(COMMON, COMMON)))).isEqualTo(48);
        r0.close();
        assertThat(pool.reset()).isTrue();
        assertThat(pool.table().indexed()).isZero();
        assertThat(pool.table().free()).isEqualTo(10);
        assertThat(pool.peek(KvPrompt.of(concat(COMMON, COMMON)))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void p16_events_countEveryBlockOnce(int blocks) {
        renew(pool(config(16, blocks).events(1_000)));
        int[] tokens = range(0, blocks * 16);
        filled(pool, tokens).close();
        List<KvEvent> first = pool.eventsAfter(0).orElseThrow();
        assertThat(first).singleElement().isInstanceOf(KvEvent.Stored.class);
        KvEvent.Stored stored = (KvEvent.Stored) first.getFirst();
        assertThat(stored.digests()).hasSize(blocks);
        assertThat(stored.tokens()).hasSize(blocks * 16);
        assertThat(stored.digests()).isEqualTo(PlainDigests.chain(pool, KvPrompt.of(tokens)));
        assertThat(stored.tokens())
                .containsExactlyElementsOf(IntStream.of(tokens).boxed().toList());
        assertThat(stored.parent()).isNull();
        assertThat(pool.eventsAfter(1)).hasValue(List.of());

        filled(pool, KvPrompt.of(tokens).withoutLookup()).close();
        List<KvEvent> second = pool.eventsAfter(1).orElseThrow();
        assertThat(second).hasSize(blocks + 1);
        assertThat(second.subList(0, blocks)) // from the end of the chain on
                .extracting(each -> ((KvEvent.Removed) each).digest())
                .containsExactlyElementsOf(stored.digests().reversed());
        assertThat(((KvEvent.Stored) second.getLast()).digests()).isEqualTo(stored.digests());
        assertThat(second)
                .extracting(KvEvent::number)
                .containsExactlyElementsOf(LongStream.range(2, blocks + 3).boxed().toList());

        assertThat(pool.reset()).isTrue();
        assertThat(pool.eventsAfter(blocks + 2).orElseThrow())
                .singleElement()
                .isInstanceOf(KvEvent.Cleared.class);
    }

    @Test
    void p17_parentOfAnEvent_isTheDigestOfTheBlockBefore() {
        renew(pool(config(1, 7).events(100)));
        KvSequence one = pool.open(KvPrompt.of(1, 2, 3));
        one.prefill(1);
        one.prefill(2);
        List<KvEvent> events = pool.eventsAfter(0).orElseThrow();
        KvEvent.Stored second = (KvEvent.Stored) events.get(1);
        assertThat(second.parent()).isEqualTo(hex(one.block(0)));
        assertThat(second.digests()).containsExactly(hex(one.block(1)), hex(one.block(2)));
        assertThat(second.tokens()).containsExactly(2, 3);
        one.close();
    }

    @Test
    void p18_events_nameTheAdapter() {
        renew(pool(config(16, 10).events(100)));
        filled(pool, KvPrompt.of(COMMON).in(KvContext.NONE.withAdapter("lora-42"))).close();
        filled(pool, COMMON).close();
        assertThat(pool.eventsAfter(0).orElseThrow())
                .extracting(each -> ((KvEvent.Stored) each).adapter())
                .containsExactly("lora-42", null);
    }

    @Test
    void p20_theIndexCanBeToldAgain_withoutChangingIt() {
        renew(pool(config(4, 10).events(100)));
        KvSequence one = filled(pool, range(0, 12));
        KvIndexSnapshot index = pool.index();
        List<KvEvent> told = pool.eventsAfter(0).orElseThrow();
        KvEvent.Stored stored = (KvEvent.Stored) told.getFirst();
        assertThat(index.blocks())
                .extracting(each -> each.digests().getFirst())
                .containsExactlyElementsOf(stored.digests());
        assertThat(index.blocks())
                .extracting(KvEvent.Stored::parent)
                .containsExactly(null, stored.digests().get(0), stored.digests().get(1));
        assertThat(index.blocks().stream().flatMap(each -> each.tokens().stream()))
                .isEqualTo(stored.tokens())
                .hasSize(12);
        assertThat(index.number()).isEqualTo(1);
        assertThat(pool.index()).isEqualTo(index);
        assertThat(pool.eventsAfter(0)).hasValue(told);
        assertThat(users(1, 2, 3)).containsExactly(1, 1, 1);
        one.close();
        assertThat(pool.reset()).isTrue();
        assertThat(pool.index().blocks()).isEmpty();
    }

    @Test
    void p21_nothingStored_noEvent() {
        renew(pool(config(16, 10).events(100)));
        filled(pool, range(0, 15)).close();
        assertThat(pool.eventsAfter(0)).hasValue(List.of());
    }

    @Test
    void p29_fewerTokensThanReserved_needNoBlock() {
        renew(pool(4, 10));
        KvSequence one = filled(pool, range(0, 5));
        assertThat(one.reserve(16)).isEqualTo(new Room.Ready(4, 0));
        assertThat(one.reserve(1)).isEqualTo(new Room.Ready(0, 0));
        one.commit(new int[] {9});
        one.abort();
        assertThat(one.blocks()).isEqualTo(2);
        one.close();
    }

    private void renew(KvPool other) {
        pool.close();
        pool = other;
    }

    private int[] users(int... blocks) {
        return java.util.Arrays.stream(blocks).map(pool.table()::users).toArray();
    }

    private String hex(int block) {
        return DigestSum.hex(pool.table(), block);
    }

    /// The blocks in the order in which they would be handed out: free ones, then victims.
    private int[] free() {
        return HandOut.order(pool.table());
    }
}
