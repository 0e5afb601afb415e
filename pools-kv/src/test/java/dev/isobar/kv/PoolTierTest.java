package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A pool over its tiers: what is evicted goes down, what is asked for comes up, and nobody has to say so.
class PoolTierTest {

    private static final int PER_BLOCK = 4;
    private static final int POOL_BLOCKS = 8;
    private static final KvShape SHAPE = Pools.shape(PER_BLOCK);

    @TempDir Path folder;

    private final MemorySpace host = Pools.space();
    private final long[] now = {0};

    @AfterEach
    void allComesBack() {
        assertThat(host.usedBytes()).isZero();
        host.close();
    }

    @ParameterizedTest
    @CsvSource({"HOST, HOST", "HOST, FILE", "HOST, OPENCL", "OPENCL, HOST", "OPENCL, FILE"})
    void evicted_comesBackWithItsBytes(Spaces above, Spaces under) {
        try (MemorySpace device = above.open("above", folder);
                MemorySpace below = under.open("below", folder);
                KvTier tier = tier("tier", 32, below);
                KvPool pool =
                        new KvPool(Pools.config(PER_BLOCK, POOL_BLOCKS).build(), device, tier)) {
            for (int one = 0; one < 4; one++) {
                write(pool, prompt(one)).close();
            }
            assertThat(pool.stats().evictedForRoom()).isEqualTo(4 * 4 - POOL_BLOCKS);
            assertThat(tier.stats().storedBlocks()).isEqualTo(4 * 4 - POOL_BLOCKS);
            for (int one = 0; one < 4; one++) {
                try (KvSequence again = pool.open(KvPrompt.of(prompt(one)))) {
                    assertThat(again.cachedTokens()).isEqualTo(16);
                    check(again);
                }
                check(pool, tier);
            }
            assertThat(pool.stats().loadedTokens()).isEqualTo(4 * 16);
            assertThat(pool.stats().hitTokens()).isEqualTo(4 * 16);
            assertThat(tier.stats().failures()).isZero();
        }
    }

    @Test
    void chainOfTiers_deviceHostFile_givesBackWhatFellThrough() {
        try (MemorySpace device = Spaces.OPENCL.open("device", folder);
                MemorySpace file = Spaces.FILE.open("file", folder);
                KvTier last = tier("on-file", 64, file);
                KvTier middle = new KvTier(KvTierConfig.of("on-host", SHAPE, 8), host, last);
                KvPool pool =
                        new KvPool(Pools.config(PER_BLOCK, POOL_BLOCKS).build(), device, middle)) {
            for (int one = 0; one < 8; one++) {
                write(pool, prompt(one)).close();
            }
            assertThat(middle.stats().heldBlocks()).isEqualTo(8);
            assertThat(last.stats().storedBlocks()).isEqualTo(8 * 4 - POOL_BLOCKS - 8);
            for (int one = 0; one < 8; one++) {
                try (KvSequence again = pool.open(KvPrompt.of(prompt(one)))) {
                    assertThat(again.cachedTokens()).as("prompt %d", one).isEqualTo(16);
                    check(again);
                }
                check(pool, middle);
                last.ledger().table().checkInvariants();
            }
            assertThat(pool.stats().loadedTokens()).isEqualTo(8 * 16);
        }
    }

    @Test
    void reclaim_sendsDownWhatItEvicts() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool =
                        new KvPool(
                                Pools.config(PER_BLOCK, POOL_BLOCKS).blocksPerSegment(2).build(),
                                host,
                                tier)) {
            write(pool, prompt(1)).close();
            write(pool, prompt(2)).close();
            long bytes = 4 * SHAPE.bytesPerBlock();
            assertThat(pool.reclaim(ReclaimRequest.of(bytes)).freedBytes()).isEqualTo(bytes);
            assertThat(pool.stats().evictedByReclaim()).isEqualTo(4);
            assertThat(tier.stats().storedBlocks()).isEqualTo(4);
            assertThat(pool.limitBytes(2 * SHAPE.bytesPerBlock())).isEqualTo(bytes / 2);
            assertThat(tier.stats().storedBlocks()).isEqualTo(6);
            check(pool, tier);
        }
    }

    @Test
    void deficitAlone_isEvicted_alsoWithATier() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool =
                        new KvPool(
                                Pools.config(PER_BLOCK, POOL_BLOCKS)
                                        .share("small", new TenantShare(0, 3 * 64, 1))
                                        .build(),
                                host,
                                tier)) {
            filled(pool, KvPrompt.of(range(0, 12)).forTenant("small")).close();
            filled(pool, range(100, 116)).close();
            try (KvSequence one = pool.open(KvPrompt.of(range(200, 208)).forTenant("small"))) {
                // Its share has room for one more; one block is free.
                assertThat(one.ensureRoom(8)).isEqualTo(new Room.Ready(2, 2));
                assertThat(one.prefill(8)).isEqualTo(new Room.Ready(2, 0));
            }
            assertThat(tier.stats().storedBlocks()).isEqualTo(2);
            check(pool, tier);
        }
    }

    @Test
    void room_thatCannotBeMade_sendsNothing() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool = pool(tier)) {
            try (KvSequence _ = filled(pool, range(0, 20))) {
                filled(pool, range(100, 112)).close();
                try (KvSequence wants = pool.open(KvPrompt.of(range(200, 220)))) {
                    assertThat(wants.reserve(20)).isInstanceOf(Room.Short.class);
                }
                assertThat(pool.stats().refusals()).isEqualTo(1);
            }
            assertThat(tier.stats().storedBlocks()).isZero();
            assertThat(pool.stats().idleBlocks()).isEqualTo(8);
        }
    }

    @Test
    void corruptBlock_isAMiss_andTheEngineComputes() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool = pool(tier)) {
            write(pool, prompt(1)).close();
            write(pool, prompt(2)).close();
            write(pool, prompt(3)).close(); // the first is below now
            try (KvSequence same = pool.open(KvPrompt.of(prompt(1)).withoutLookup())) {
                int slot = tier.ledger().table().find(same.chain(), 1);
                tier.memory().write(slot, 3, MemorySegment.ofArray(new byte[] {77}));
            }
            try (KvSequence again = pool.open(KvPrompt.of(prompt(1)))) {
                assertThat(again.cachedTokens()).isEqualTo(4);
                check(again);
            }
            assertThat(tier.stats().corruptBlocks()).isEqualTo(1);
            check(pool, tier);
        }
    }

    @Test
    void corruptBlock_doesNotGoDownFurther() {
        try (KvTier last = tier("last", 32, host);
                KvTier middle = new KvTier(KvTierConfig.of("middle", SHAPE, 4), host, last);
                KvPool pool = pool(middle)) {
            write(pool, prompt(1)).close();
            write(pool, prompt(2)).close();
            write(pool, prompt(3)).close(); // the first is in the middle
            try (KvSequence same = pool.open(KvPrompt.of(prompt(1)).withoutLookup())) {
                int slot = middle.ledger().table().find(same.chain(), 2);
                middle.memory().write(slot, 3, MemorySegment.ofArray(new byte[] {77}));
            }
            write(pool, prompt(4)).close(); // the second pushes it on
            assertThat(last.stats().storedBlocks()).isEqualTo(3);
            try (KvSequence again = pool.open(KvPrompt.of(prompt(1)))) {
                assertThat(again.cachedTokens()).isEqualTo(8);
                check(again);
            }
        }
    }

    @Test
    void spaceThatFails_costsContent_neverRoom() {
        MemorySpace below = Pools.space();
        try (KvTier tier = tier("tier", 32, below);
                KvPool pool = pool(tier)) {
            write(pool, prompt(1)).close();
            write(pool, prompt(2)).close();
            below.close(); // every copy fails from now on
            write(pool, prompt(3)).close();
            assertThat(tier.stats().failures()).isPositive();
            assertThat(tier.stats().heldBlocks()).isZero();
            assertThat(pool.peek(KvPrompt.of(prompt(3)))).isEqualTo(16);
            check(pool, tier);
        }
    }

    @Test
    void loadingSlowerThanComputing_isLeft() {
        try (KvTier tier =
                        new KvTier(
                                KvTierConfig.of("slow", SHAPE, 32),
                                host,
                                null,
                                () -> now[0] += 1_000_000);
                KvPool pool = pool(tier)) {
            for (int one = 0; one < 3; one++) {
                write(pool, prompt(one)).close();
            }
            pool.open(KvPrompt.of(prompt(0))).close(); // now it is known how long loading takes
            pool.computed(1_000_000, 1);
            try (KvSequence again = pool.open(KvPrompt.of(prompt(1)))) {
                assertThat(again.cachedTokens()).isZero();
            }
            assertThat(tier.stats().recomputed()).isEqualTo(1);
        }
    }

    @Test
    void costPolicy_letsGoWhatIsBelowAnyway() {
        try (KvTier tier =
                        new KvTier(
                                KvTierConfig.of("fast", SHAPE, 32),
                                host,
                                null,
                                () -> now[0] += 10);
                KvPool pool =
                        new KvPool(
                                Pools.config(PER_BLOCK, POOL_BLOCKS)
                                        .policy(KvPolicy.COST)
                                        .prefillCost(new PrefillCost(1e6, 0))
                                        .build(),
                                host,
                                tier)) {
            write(pool, prompt(1)).close();
            write(pool, prompt(2)).close();
            write(pool, prompt(3)).close(); // the first is below
            pool.open(KvPrompt.of(prompt(1))).close(); // and comes back, quickly: it is in both now
            assertThat(pool.peek(KvPrompt.of(prompt(3)))).isEqualTo(16);
            write(pool, prompt(4)).close();
            assertThat(pool.peek(KvPrompt.of(prompt(1)))).isZero();
            assertThat(pool.peek(KvPrompt.of(prompt(3)))).isEqualTo(16);
            check(pool, tier);
        }
    }

    @Test
    void reset_forgetsTheTierToo() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool = pool(tier)) {
            for (int one = 0; one < 3; one++) {
                write(pool, prompt(one)).close();
            }
            assertThat(pool.reset()).isTrue();
            assertThat(tier.stats().heldBlocks()).isZero();
            try (KvSequence again = pool.open(KvPrompt.of(prompt(0)))) {
                assertThat(again.cachedTokens()).isZero();
            }
        }
    }

    @Test
    void otherTenant_findsNothingBelow() {
        try (KvTier tier = tier("tier", 32, host);
                KvPool pool = pool(tier)) {
            for (int one = 0; one < 3; one++) {
                write(pool, prompt(one)).close();
            }
            try (KvSequence other = pool.open(KvPrompt.of(prompt(0)).forTenant("other"))) {
                assertThat(other.cachedTokens()).isZero();
            }
        }
    }

    @Test
    void tierOfAnotherShape_isRefused() {
        KvTierConfig other = KvTierConfig.of("other", Pools.shape(8), 4);
        try (KvTier tier = new KvTier(other, host)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool(tier))
                    .withMessageContaining("tier other holds blocks of");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new KvTier(KvTierConfig.of("above", SHAPE, 4), host, tier))
                    .withMessageContaining("tier above has");
        }
    }

    private KvPool pool(KvTier tier) {
        return new KvPool(Pools.config(PER_BLOCK, POOL_BLOCKS).build(), host, tier);
    }

    private static KvTier tier(String name, int blocks, MemorySpace space) {
        return new KvTier(KvTierConfig.of(name, SHAPE, blocks), space);
    }

    private static int[] prompt(int which) {
        return range(which * 100, which * 100 + 17);
    }

    /// A sequence with all of its prompt's full blocks written and committed.
    private static KvSequence write(KvPool pool, int[] tokens) {
        KvSequence one = pool.open(KvPrompt.of(tokens));
        assertThat(one.reserve(16 - one.tokens())).isInstanceOf(Room.Ready.class);
        for (int at = one.tokens() / PER_BLOCK; at < one.blocks(); at++) {
            one.write(at, 0, bytes(tokens[0], at));
        }
        one.commit(16 - one.tokens());
        return one;
    }

    private static void check(KvSequence sequence) {
        int first = sequence.chain().blocks() == 0 ? 0 : sequence.sequenceTokens().token(0);
        MemorySegment read = MemorySegment.ofArray(new byte[(int) SHAPE.bytesPerBlock()]);
        for (int at = 0; at < sequence.tokens() / PER_BLOCK; at++) {
            sequence.read(at, 0, read);
            assertThat(read.mismatch(bytes(first, at)))
                    .as("block %d of %d", at, first)
                    .isEqualTo(-1);
        }
    }

    private static void check(KvPool pool, KvTier tier) {
        pool.checkInvariants();
        tier.ledger().table().checkInvariants();
        assertThat(pool.stats().leavingBlocks()).isZero();
    }

    /// Bytes that tell the prompt and the place, all of them different.
    private static MemorySegment bytes(int first, int at) {
        byte[] bytes = new byte[(int) SHAPE.bytesPerBlock()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first * 31 + at * 7 + i);
        }
        return MemorySegment.ofArray(bytes);
    }
}
