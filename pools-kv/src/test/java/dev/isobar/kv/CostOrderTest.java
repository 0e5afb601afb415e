package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a block saves decides: the time to compute it, how often it was found, and how long ago.
class CostOrderTest {

    /// Tokens far behind cost much more than those at the beginning.
    private static final PrefillCost DEEP_IS_DEAR = new PrefillCost(1, 1);

    private static final PrefillCost ALL_EQUAL = new PrefillCost(1, 0);

    private KvPool pool = Pools.pool(4, 8);

    @AfterEach
    void close() {
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void lowRecomputeCost_goesBeforeOlderExpensive() {
        open(DEEP_IS_DEAR);
        filled(pool, range(0, 24)).close(); // older; its last block has 20 tokens before it
        filled(pool, range(100, 108)).close();
        evict(1);
        assertThat(found(range(0, 24))).isEqualTo(24);
        assertThat(found(range(100, 108))).isEqualTo(4);
        evict(2);
        assertThat(found(range(0, 24))).isEqualTo(24);
        assertThat(found(range(100, 108))).isZero();
    }

    @Test
    void equalCost_coldGoesBeforeSmallerAndHot() {
        open(ALL_EQUAL);
        filled(pool, range(0, 20)).close(); // five cold blocks
        filled(pool, range(100, 104)).close(); // one
        pool.open(KvPrompt.of(range(100, 105))).close(); // found again
        evict(3);
        assertThat(found(range(0, 20))).isEqualTo(16);
        assertThat(found(range(100, 104))).isEqualTo(4);
        evict(7);
        assertThat(found(range(0, 20))).isZero();
        assertThat(found(range(100, 104))).isEqualTo(4);
    }

    @Test
    void equalCost_equallyOften_isLeastRecentlyUsed() {
        open(ALL_EQUAL);
        filled(pool, range(0, 8)).close();
        filled(pool, range(100, 108)).close();
        evict(5);
        assertThat(found(range(0, 8))).isEqualTo(4);
        evict(6);
        assertThat(found(range(0, 8))).isZero();
        assertThat(found(range(100, 108))).isEqualTo(8);
    }

    @Test
    void floorRises_soThatWhatWasDearLongAgoGoesAtLast() {
        open(DEEP_IS_DEAR);
        filled(pool, range(0, 16)).close(); // its last block costs 4 + 4 * 13.5 = 58
        for (int round = 1; found(range(0, 16)) == 16; round++) {
            assertThat(round).isLessThan(40);
            filled(pool, range(round * 100, round * 100 + 16)).close(); // each raises the floor
        }
    }

    @Test
    void moved_keepsItsWorth() {
        open(DEEP_IS_DEAR, 2);
        KvSequence first = filled(pool, range(0, 4));
        filled(pool, range(100, 112)).close();
        first.close();
        pool.limitBytes(4 * pool.config().shape().bytesPerBlock()); // what is left moves together
        assertThat(found(range(100, 112))).isEqualTo(12);
        pool.limitBytes(2 * pool.config().shape().bytesPerBlock());
        assertThat(pool.stats().idleBlocks()).isEqualTo(2);
    }

    @Test
    void prefillCost_addsTokensAndPairs() {
        PrefillCost cost = new PrefillCost(10, 2);
        assertThat(cost.nanos(0, 1)).isEqualTo(10);
        assertThat(cost.nanos(0, 3)).isEqualTo(3 * 10 + (0 + 1 + 2) * 2);
        assertThat(cost.nanos(3, 2)).isEqualTo(2 * 10 + (3 + 4) * 2);
        assertThat(cost.nanos(0, 5)).isEqualTo(cost.nanos(0, 3) + cost.nanos(3, 2));
        assertThat(PrefillCost.DEFAULT.nanosPerToken()).isCloseTo(80_300, within(1.0));
        assertThat(PrefillCost.DEFAULT.nanosPerToken() / PrefillCost.DEFAULT.nanosPerPair())
                .isCloseTo(30_632, within(1.0));
    }

    @Test
    void prefillCost_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrefillCost(0, 1))
                .withMessageContaining("0.0, 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new PrefillCost(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PrefillCost(1, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> PrefillCost.ofModel(1, 0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> PrefillCost.ofModel(1, 1, 1, 0));
    }

    private void open(PrefillCost cost) {
        open(cost, 8);
    }

    private void open(PrefillCost cost, int blocksPerSegment) {
        pool.close();
        pool =
                Pools.pool(
                        Pools.config(4, 8)
                                .blocksPerSegment(blocksPerSegment)
                                .policy(KvPolicy.COST)
                                .prefillCost(cost));
    }

    /// Asks for so much room that so many of the eight blocks are free.
    private void evict(int free) {
        try (KvSequence any = pool.open(KvPrompt.of(range(1_000, 1_000 + 4 * free)))) {
            assertThat(any.ensureRoom(4 * free)).isInstanceOf(Room.Ready.class);
        }
    }

    private int found(int[] tokens) {
        return pool.peek(KvPrompt.of(concat(tokens, new int[] {-1})));
    }
}
