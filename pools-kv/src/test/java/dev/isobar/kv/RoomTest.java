package dev.isobar.kv;

import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.pool;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.MemorySpace;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Room before work: only the deficit goes, or nothing.
class RoomTest {

    @Test
    void plan_pinnedCapacity_cannotLeaveTheMinimum_evictsNothing() {
        // 100 blocks: 50 active, 40 pinned, 5 asked, 10 to stay free.
        RoomPlan plan = new RoomPlan(5, 10, 0, 0, 10, 10);
        assertThat(plan.deficit()).isEqualTo(5);
        assertThat(plan.admitted()).isFalse();
        assertThat(plan.evictions()).isZero();
    }

    @Test
    void plan_theTarget_evictsAlthoughTheMinimumIsMet() {
        RoomPlan plan = new RoomPlan(5, 20, 30, 0, 10, 25);
        assertThat(plan.deficit()).isZero();
        assertThat(plan.admitted()).isTrue();
        assertThat(plan.evictions()).isEqualTo(10);
    }

    @Test
    void plan_theTargetIsMet_evictsNothing() {
        assertThat(new RoomPlan(5, 30, 30, 0, 10, 25).evictions()).isZero();
    }

    @Test
    void plan_othersPromises_count() {
        assertThat(new RoomPlan(5, 10, 3, 8, 0, 0).deficit()).isEqualTo(3);
        assertThat(new RoomPlan(5, 10, 2, 8, 0, 0).admitted()).isFalse();
    }

    @Test
    void ensureRoom_whereThereIsRoom_evictsNothing() {
        KvPool pool = pool(4, 8);
        filled(pool, range(0, 16)).close();
        try (KvSequence one = pool.open(KvPrompt.of(range(100, 116)))) {
            assertThat(one.ensureRoom(16)).isEqualTo(new Room.Ready(4, 0));
            assertThat(pool.stats().idleBlocks()).isEqualTo(4);
        }
        pool.close();
    }

    @Test
    void ensureRoom_evictsTheDeficitAlone_neverTheCallersPath() {
        KvPool pool = pool(4, 8);
        filled(pool, range(0, 16)).close();
        filled(pool, range(100, 116)).close();
        try (KvSequence one = pool.open(KvPrompt.of(Pools.concat(range(0, 16), range(50, 58))))) {
            assertThat(one.cachedTokens()).isEqualTo(16);
            assertThat(one.ensureRoom(8)).isEqualTo(new Room.Ready(2, 2));
            assertThat(pool.stats().idleBlocks()).isEqualTo(2);
            assertThat(pool.peek(KvPrompt.of(range(100, 117)))).isEqualTo(8);
            assertThat(one.prefill(8)).isEqualTo(new Room.Ready(2, 0));
        }
        pool.checkInvariants();
        pool.close();
    }

    @Test
    void ensureRoom_isPromised_othersCannotTakeIt() {
        KvPool pool = pool(4, 8);
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 20)));
                KvSequence two = pool.open(KvPrompt.of(range(100, 120)))) {
            assertThat(one.ensureRoom(20)).isEqualTo(new Room.Ready(5, 0));
            assertThat(two.reserve(20)).isInstanceOf(Room.Short.class);
            assertThat(two.reserve(12)).isEqualTo(new Room.Ready(3, 0));
            assertThat(one.prefill(20)).isEqualTo(new Room.Ready(5, 0));
            assertThat(pool.stats().promisedBlocks()).isZero();
        }
        pool.close();
    }

    @Test
    void ensureRoom_forOneChunk_ofASequenceThatHasNothingYet() {
        KvPool pool = pool(4, 2);
        filled(pool, range(0, 8)).close();
        try (KvSequence fresh = pool.open(KvPrompt.of(42))) {
            assertThat(pool.ensureRoom(fresh, 1)).isEqualTo(new Room.Ready(1, 1));
        }
        pool.close();
    }

    @Test
    void ensureRoom_notEnough_evictsNothing_andSaysTheNumbers() {
        KvPool pool = pool(4, 8);
        filled(pool, range(0, 8)).close();
        try (KvSequence holder = filled(pool, range(100, 120));
                KvSequence one = pool.open(KvPrompt.of(range(200, 216)))) {
            Room room = one.ensureRoom(16);
            assertThat(room)
                    .isEqualTo(
                            new Room.Short(4, 1, 2, 0, 0, 8, "all others are in use or promised"));
            assertThat(((Room.Short) room).impossible()).isFalse();
            assertThat(((Room.Short) room).message()).contains("4 blocks", "free=1", "idle=2");
            assertThat(pool.stats().idleBlocks()).isEqualTo(2);
            assertThat(pool.stats().refusals()).isEqualTo(1);
            holder.truncate(0);
        }
        pool.close();
    }

    @Test
    void ensureRoom_moreThanThePool_isImpossible() {
        KvPool pool = pool(4, 8);
        try (KvSequence one = pool.open(KvPrompt.of(range(0, 40)))) {
            Room room = one.ensureRoom(40);
            assertThat(((Room.Short) room).impossible()).isTrue();
        }
        pool.close();
    }

    @Test
    void append_beyondThePool_isImpossible_whateverOthersDo() {
        KvPool pool = pool(4, 8);
        try (KvSequence one = filled(pool, range(0, 24))) {
            Room.Short refused = (Room.Short) one.ensureRoom(12);
            assertThat(refused.neededBlocks()).isEqualTo(3);
            assertThat(refused.limitBlocks()).isEqualTo(2);
            assertThat(refused.impossible()).isTrue();
        }
        pool.close();
    }

    @Test
    void ensureRoom_keepsTheHeadRoom() {
        KvPool pool = pool(config(4, 8).freeBlocks(1, 2));
        filled(pool, range(0, 24)).close();
        try (KvSequence one = pool.open(KvPrompt.of(range(100, 104)))) {
            assertThat(one.ensureRoom(4)).isEqualTo(new Room.Ready(1, 1));
        }
        try (KvSequence all = pool.open(KvPrompt.of(range(200, 232)))) {
            assertThat(((Room.Short) all.ensureRoom(32)).impossible()).isTrue();
            assertThat(all.ensureRoom(28)).isInstanceOf(Room.Ready.class);
        }
        pool.close();
    }

    @Test
    void reserve_theSpaceHasLessThanTheLimit_evictsInstead() {
        KvPoolConfig config = config(4, 8).blocksPerSegment(2).build();
        long segment = 2 * config.shape().bytesPerBlock();
        try (HostSpace space =
                        new HostSpace(
                                new HostSpaceConfig(
                                        "small",
                                        2 * segment,
                                        HostSpaceConfig.MIN_GROUP_BYTES,
                                        false,
                                        false,
                                        false));
                KvPool pool = new KvPool(config, space)) {
            filled(pool, range(0, 16)).close();
            try (KvSequence one = pool.open(KvPrompt.of(range(100, 108)))) {
                assertThat(one.prefill(8)).isEqualTo(new Room.Ready(2, 2));
                pool.checkInvariants();
                Room room = one.append(range(0, 12));
                assertThat(room).isInstanceOf(Room.Short.class);
                assertThat(((Room.Short) room).reason()).contains("space has no room");
            }
        }
    }

    /// Prefill, decode, the copy of a shared tail, and what comes up from a tier.
    @Test
    void everyKindOfWork_makesItsRoom() {
        try (MemorySpace space = Pools.space();
                KvTier tier = new KvTier(KvTierConfig.of("tier", Pools.shape(4), 8), space);
                KvPool pool = new KvPool(config(4, 4).build(), space, tier)) {
            filled(pool, range(0, 16)).close();
            KvSequence one = pool.open(KvPrompt.of(range(100, 104)));
            assertThat(one.prefill(4)).isEqualTo(new Room.Ready(1, 1));
            assertThat(one.append(1, 2)).isEqualTo(new Room.Ready(1, 1));
            KvSequence two = one.fork();
            assertThat(two.append(3)).isEqualTo(new Room.Ready(1, 1));
            assertThat(pool.stats().evictedForRoom()).isEqualTo(3);
            two.close();
            one.close();
            try (KvSequence back = pool.open(KvPrompt.of(range(0, 16)))) {
                assertThat(back.cachedTokens()).isEqualTo(12);
            }
            assertThat(pool.stats().loadedTokens()).isEqualTo(8);
            pool.checkInvariants();
        }
    }

    @Test
    void ensureRoom_eventsNameWhatWent() {
        KvPool pool = pool(config(4, 8).events(10));
        KvPrompt older = KvPrompt.of(range(0, 16));
        filled(pool, older).close();
        filled(pool, range(100, 116)).close();
        try (KvSequence one = pool.open(KvPrompt.of(range(200, 208)))) {
            assertThat(one.ensureRoom(8)).isEqualTo(new Room.Ready(2, 2));
        }
        List<String> digests = PlainDigests.chain(pool, older);
        assertThat(pool.eventsAfter(2).orElseThrow())
                .extracting(each -> ((KvEvent.Removed) each).digest())
                .containsExactly(digests.get(3), digests.get(2));
        pool.close();
    }

    @Test
    void tokens_below1_areRefused() {
        KvPool pool = pool(4, 8);
        try (KvSequence one = pool.open(KvPrompt.of(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> one.ensureRoom(0))
                    .withMessageContaining("0");
            assertThatIllegalArgumentException().isThrownBy(() -> one.prefill(2));
        }
        pool.close();
    }
}
