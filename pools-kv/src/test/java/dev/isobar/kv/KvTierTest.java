package dev.isobar.kv;

import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Blocks go down with their bytes and come up with the same, or not at all.
class KvTierTest {

    private static final KvShape SHAPE = Pools.shape(4);

    private final MemorySpace space = Pools.space();
    private final KvPool pool = new KvPool(Pools.config(4, 8).build(), space);
    private final long[] now = {0};
    private final KvTier tier =
            new KvTier(KvTierConfig.of("below", SHAPE, 16), space, null, () -> now[0] += 1_000);

    @AfterEach
    void close() {
        pool.checkInvariants();
        tier.ledger().table().checkInvariants();
        pool.close();
        tier.close();
        assertThat(space.usedBytes()).isZero();
        space.close();
    }

    @Test
    void stored_thenEvicted_isLoadedWithItsBytes() {
        storeAndForget(range(0, 17));
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(again.cachedTokens()).isZero();
            assertThat(tier.load(again)).isEqualTo(16);
            assertThat(again.tokens()).isEqualTo(16);
            for (int at = 0; at < 4; at++) {
                assertThat(byteOf(again, at)).isEqualTo((byte) (at + 1));
            }
            assertThat(pool.peek(KvPrompt.of(range(0, 17)))).isEqualTo(16);
        }
        assertThat(tier.stats().storedBlocks()).isEqualTo(4);
        assertThat(tier.stats().loadedBlocks()).isEqualTo(4);
    }

    @Test
    void store_again_storesWhatIsNew() {
        try (KvSequence one = written(range(0, 9))) {
            assertThat(tier.store(one)).isEqualTo(2);
            assertThat(tier.store(one)).isZero();
            one.append(range(50, 53));
            assertThat(tier.store(one)).isEqualTo(1);
        }
    }

    @Test
    void load_afterWhatThePoolHas_goesOnFromThere() {
        storeAndForget(range(0, 17));
        try (KvSequence half = written(range(0, 9))) {
            assertThat(half.tokens()).isEqualTo(9);
        }
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(again.cachedTokens()).isEqualTo(8);
            assertThat(tier.load(again)).isEqualTo(8);
        }
    }

    @Test
    void corruptBlock_isNotLoaded_andDropped() {
        storeAndForget(range(0, 17));
        try (KvSequence same = pool.open(KvPrompt.of(range(0, 17)))) {
            int block = tier.ledger().table().find(same.chain(), 2);
            tier.memory().write(block, 5, MemorySegment.ofArray(new byte[] {99}));
        }
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(tier.load(again)).isEqualTo(8);
            assertThat(again.tokens()).isEqualTo(8);
            assertThat(again.blocks()).isEqualTo(2);
        }
        assertThat(tier.stats().corruptBlocks()).isEqualTo(1);
        assertThat(tier.stats().heldBlocks()).isEqualTo(3);
    }

    @Test
    void load_slowerThanComputing_isLeft() {
        storeAndForget(range(0, 17));
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            tier.load(again);
        }
        pool.reset();
        tier.computed(1_000_000, 1);
        try (KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(tier.load(again)).isZero();
            assertThat(tier.stats().recomputed()).isEqualTo(1);
            assertThat(tier.ledger().evictable()).isEqualTo(4);
        }
    }

    @Test
    void load_withoutRoomInThePool_changesNothing() {
        storeAndForget(range(0, 17));
        try (KvSequence holder = Pools.filled(pool, range(100, 124));
                KvSequence again = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(tier.load(again)).isZero();
            assertThat(again.blocks()).isZero();
            assertThat(holder.blocks()).isEqualTo(6);
        }
        assertThat(tier.ledger().evictable()).isEqualTo(4);
    }

    @Test
    void otherTenant_findsNothingInTheTier() {
        storeAndForget(range(0, 17));
        try (KvSequence other = pool.open(KvPrompt.of(range(0, 17)).forTenant("other"))) {
            assertThat(tier.load(other)).isZero();
        }
    }

    @Test
    void space_tooSmall_saysSo_andKeepsNothing() {
        try (HostSpace small =
                new HostSpace(
                        new HostSpaceConfig(
                                "small",
                                1 << 16,
                                HostSpaceConfig.MIN_GROUP_BYTES,
                                false,
                                false,
                                false))) {
            assertThatThrownBy(() -> new KvTier(KvTierConfig.of("big", SHAPE, 5_000), small))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("of 5000 blocks");
            assertThat(small.usedBytes()).isZero();
        }
    }

    private void storeAndForget(int[] tokens) {
        try (KvSequence one = written(tokens)) {
            assertThat(tier.store(one)).isEqualTo(tokens.length / 4);
        }
        assertThat(pool.reset()).isTrue();
    }

    /// Each block begins with its place in the sequence, plus one.
    private KvSequence written(int[] tokens) {
        KvSequence one = pool.open(KvPrompt.of(tokens));
        one.reserve(one.remainingTokens());
        for (int at = one.tokens() / 4; at < one.blocks(); at++) {
            one.write(at, 0, MemorySegment.ofArray(new byte[] {(byte) (at + 1)}));
        }
        one.commit(one.remainingTokens());
        return one;
    }

    private static byte byteOf(KvSequence sequence, int at) {
        byte[] bytes = new byte[1];
        sequence.read(at, 0, MemorySegment.ofArray(bytes));
        return bytes[0];
    }
}
