package dev.isobar.kv;

import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// With a digest function that collides, and with entries that were corrupted: what does not have the same
/// tokens is not found.
class TokenCompareTest {

    private final MemorySpace space = Pools.space();

    @AfterEach
    void allComesBack() {
        assertThat(space.usedBytes()).isZero();
        space.close();
    }

    @Test
    void collidingDigest_isAMiss() {
        try (KvPool pool = colliding(Pools.config(4, 16), Optional.empty())) {
            write(pool, range(0, 17)).close();
            try (KvSequence other = pool.open(KvPrompt.of(range(100, 117)))) {
                assertThat(other.cachedTokens()).isZero();
            }
            assertThat(pool.peek(KvPrompt.of(range(100, 117)))).isZero();
            assertThat(pool.peek(KvPrompt.of(range(0, 17)))).isEqualTo(16);
            write(pool, range(100, 117)).close();
            try (KvSequence first = pool.open(KvPrompt.of(range(0, 17)))) {
                assertThat(first.cachedTokens()).isEqualTo(16);
                assertThat(byteOf(first, 2)).isEqualTo((byte) (0 + 2));
            }
            pool.checkInvariants();
        }
    }

    /// So it is the comparison that makes it a miss.
    @Test
    void collidingDigest_withoutComparison_isAHit() {
        try (KvPool pool = colliding(Pools.config(4, 16).compareTokens(false), Optional.empty())) {
            write(pool, range(0, 17)).close();
            assertThat(pool.peek(KvPrompt.of(range(100, 117)))).isEqualTo(16);
        }
    }

    @Test
    void bothHeldAtOnce_eachFindsItsOwn() {
        try (KvPool pool = colliding(Pools.config(4, 16), Optional.empty());
                KvSequence one = write(pool, range(0, 17));
                KvSequence two = write(pool, range(100, 117));
                KvSequence third = pool.open(KvPrompt.of(range(100, 117)));
                KvSequence fourth = pool.open(KvPrompt.of(range(0, 17)))) {
            assertThat(one.block(0)).isNotEqualTo(two.block(0));
            assertThat(third.cachedTokens()).isEqualTo(16);
            assertThat(third.block(3)).isEqualTo(two.block(3));
            assertThat(fourth.block(3)).isEqualTo(one.block(3));
            pool.checkInvariants();
        }
    }

    /// The second block is the same, what it hangs from only seems to be.
    @Test
    void beginningThatCollides_isNotFoundThroughItsChild() {
        try (KvPool pool = colliding(Pools.config(4, 16), Optional.empty());
                KvSequence one = write(pool, Pools.concat(range(0, 4), range(50, 59)));
                KvSequence two = write(pool, range(100, 105));
                KvSequence mixed =
                        pool.open(KvPrompt.of(Pools.concat(range(100, 104), range(50, 59))))) {
            assertThat(mixed.cachedTokens()).isEqualTo(4);
            assertThat(mixed.block(0)).isEqualTo(two.block(0)).isNotEqualTo(one.block(0));
        }
    }

    @Test
    void announcedBlockThatCollides_isNotJoined() {
        try (KvPool pool = colliding(Pools.config(4, 16), Optional.empty());
                KvSequence one = pool.open(KvPrompt.of(range(0, 17)));
                KvSequence other = pool.open(KvPrompt.of(range(100, 117)));
                KvSequence same = pool.open(KvPrompt.of(range(0, 17)))) {
            one.reserve(17);
            assertThat(other.pendingTokens()).isZero();
            assertThat(other.join()).isZero();
            assertThat(same.pendingTokens()).isEqualTo(16);
        }
    }

    @Test
    void collidingBlockInATier_isNotLoaded() {
        try (KvTier tier = new KvTier(KvTierConfig.of("tier", Pools.shape(4), 16), space);
                KvPool pool = colliding(Pools.config(4, 4), Optional.of(tier))) {
            write(pool, range(0, 17)).close();
            write(pool, range(31, 48)).close(); // pushes it down
            try (KvSequence other = pool.open(KvPrompt.of(range(100, 117)))) {
                assertThat(other.cachedTokens()).isZero();
            }
            try (KvSequence first = pool.open(KvPrompt.of(range(0, 17)))) {
                assertThat(first.cachedTokens()).isEqualTo(16);
                assertThat(byteOf(first, 3)).isEqualTo((byte) 3);
            }
            assertThat(tier.stats().corruptBlocks()).isZero();
        }
    }

    @Test
    void corruptedEntry_isAMiss() {
        try (KvPool pool = new KvPool(Pools.config(4, 16).build(), space)) {
            int block;
            try (KvSequence one = write(pool, range(0, 17))) {
                block = one.block(2);
            }
            try (KvSequence other = pool.open(KvPrompt.of(range(200, 217)))) {
                pool.corruptTokens(block, other);
            }
            assertThat(pool.peek(KvPrompt.of(range(0, 17)))).isEqualTo(8);
            try (KvSequence again = write(pool, range(0, 17))) {
                assertThat(again.cachedTokens()).isEqualTo(8);
                assertThat(again.block(2)).isNotEqualTo(block);
            }
            pool.checkInvariants();
        }
    }

    @Test
    void compaction_takesTokensAlong() {
        try (KvPool pool = new KvPool(Pools.config(4, 8).blocksPerSegment(2).build(), space)) {
            KvSequence first = write(pool, range(300, 313));
            write(pool, range(0, 9)).close();
            first.close();
            pool.limitBytes(4 * pool.config().shape().bytesPerBlock());
            assertThat(pool.stats().presentBlocks()).isEqualTo(4);
            assertThat(
                            pool.peek(KvPrompt.of(range(300, 313)))
                                    + pool.peek(KvPrompt.of(range(0, 9))))
                    .isEqualTo(16);
        }
    }

    private KvPool colliding(KvPoolConfig.Builder config, Optional<KvTier> tier) {
        return new KvPool(config.build(), space, tier.orElse(null), null, Modulo::new);
    }

    private static KvSequence write(KvPool pool, int[] tokens) {
        KvSequence one = pool.open(KvPrompt.of(tokens));
        int left = one.remainingTokens() - 1;
        if (left > 0 && one.reserve(left) instanceof Room.Ready) {
            for (int at = one.tokens() / 4; at < one.blocks(); at++) {
                one.write(at, 0, MemorySegment.ofArray(new byte[] {(byte) (tokens[0] + at)}));
            }
            one.commit(left);
        }
        return one;
    }

    private static byte byteOf(KvSequence sequence, int at) {
        byte[] bytes = new byte[1];
        sequence.read(at, 0, MemorySegment.ofArray(bytes));
        return bytes[0];
    }

    /// SHA-256 that takes tokens by the rest of their division by 100.
    private static final class Modulo extends MessageDigest {
        private static final int TOKENS_FROM = 32 + Integer.BYTES;
        private static final int TOKENS = 4;
        private final MessageDigest sha = Sha256.create();

        Modulo() {
            super("modulo");
        }

        @Override
        protected void engineUpdate(byte input) {
            sha.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            byte[] coarse = java.util.Arrays.copyOfRange(input, offset, offset + length);
            if (length >= TOKENS_FROM + TOKENS * Integer.BYTES) {
                ByteBuffer words = ByteBuffer.wrap(coarse).order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at < TOKENS; at++) {
                    int place = TOKENS_FROM + at * Integer.BYTES;
                    words.putInt(place, words.getInt(place) % 100);
                }
            }
            sha.update(coarse);
        }

        @Override
        protected byte[] engineDigest() {
            return sha.digest();
        }

        @Override
        protected void engineReset() {
            sha.reset();
        }
    }
}
