package dev.isobar.kv;

import static dev.isobar.kv.Pools.config;
import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whole segments go back, the least valuable blocks go, the others move out of the way.
class ReclaimTest {

    private static final long BLOCK = Pools.shape(4).bytesPerBlock();

    private final MemorySpace space = Pools.space();
    private final KvPool pool = new KvPool(config(4, 16).blocksPerSegment(4).build(), space);

    @AfterEach
    void close() {
        pool.checkInvariants();
        pool.close();
        assertThat(space.usedBytes()).isZero();
        space.close();
    }

    @Test
    void memory_comesBySegment_andIsExactlyWhatTheSpaceGave() {
        assertThat(pool.usage().usedBytes()).isZero();
        try (KvSequence one = filled(pool, range(0, 20))) {
            assertThat(pool.usage().usedBytes()).isEqualTo(8 * BLOCK).isEqualTo(space.usedBytes());
            assertThat(pool.usage().pinnedBytes()).isEqualTo(5 * BLOCK);
            assertThat(one.blocks()).isEqualTo(5);
        }
        assertThat(pool.usage().pinnedBytes()).isZero();
    }

    @Test
    void reclaim_movesWhatIsWorthMore_andItsBytes() {
        KvSequence old = filled(pool, range(0, 16));
        KvSequence young = pool.open(KvPrompt.of(range(100, 117)));
        young.reserve(16);
        for (int at = 0; at < 4; at++) {
            young.write(at, 0, MemorySegment.ofArray(new byte[] {(byte) (at + 1)}));
        }
        young.commit(16);
        young.close();
        old.close();
        filled(pool, range(100, 117)).close(); // younger than the other now

        ReclaimResult result = pool.reclaim(ReclaimRequest.of(8 * BLOCK));

        assertThat(result.freedBytes()).isEqualTo(8 * BLOCK);
        assertThat(space.usedBytes()).isEqualTo(4 * BLOCK);
        assertThat(pool.peek(KvPrompt.of(range(0, 17)))).isZero();
        try (KvSequence again = pool.open(KvPrompt.of(range(100, 117)))) {
            assertThat(again.cachedTokens()).isEqualTo(16);
            byte[] bytes = new byte[1];
            for (int at = 0; at < 4; at++) {
                again.read(at, 0, MemorySegment.ofArray(bytes));
                assertThat(bytes[0]).isEqualTo((byte) (at + 1));
            }
        }
    }

    @Test
    void reclaim_freeSegments_evictNothing() {
        filled(pool, range(0, 16)).close();
        filled(pool, range(100, 104)).close();
        assertThat(pool.reset()).isTrue();
        filled(pool, range(0, 16)).close();
        pool.reclaim(ReclaimRequest.of(4 * BLOCK));
        assertThat(pool.peek(KvPrompt.of(range(0, 17)))).isEqualTo(16);
        assertThat(pool.stats().evictedByReclaim()).isZero();
    }

    @Test
    void reclaim_blocksInUse_holdTheirSegments() {
        try (KvSequence one = filled(pool, range(0, 4))) {
            filled(pool, range(100, 128)).close();
            ReclaimResult result = pool.reclaim(ReclaimRequest.of(1 << 20));
            assertThat(result.freedBytes()).isEqualTo(4 * BLOCK);
            assertThat(result.outcome()).isEqualTo(ReclaimResult.Outcome.PARTIAL);
            assertThat(one.tokens()).isEqualTo(4);
        }
    }

    @Test
    void limit_lowered_givesBack_raised_letsGrow() {
        filled(pool, range(0, 60)).close();
        assertThat(pool.limitBytes(8 * BLOCK)).isEqualTo(8 * BLOCK);
        assertThat(pool.usage().capacityBytes()).isEqualTo(8 * BLOCK);
        assertThat(pool.stats().evictedByLimit()).isPositive();
        try (KvSequence one = pool.open(KvPrompt.of(range(200, 240)))) {
            assertThat(((Room.Short) one.ensureRoom(40)).impossible()).isTrue();
            pool.limitBytes(16 * BLOCK);
            assertThat(one.ensureRoom(40)).isInstanceOf(Room.Ready.class);
        }
    }

    @Test
    void close_openSequences_stayValid_andTheLastLetsTheMemoryGo() {
        KvSequence one = filled(pool, range(0, 6));
        pool.close();
        assertThat(pool.closed()).isTrue();
        assertThat(space.usedBytes()).isPositive();
        one.read(0, 0, MemorySegment.ofArray(new byte[1]));
        one.close();
        assertThat(space.usedBytes()).isZero();
    }

    @Test
    void underTheBroker_pressureFalls_andTheSpaceGetsTheBytes() {
        filled(pool, range(0, 64)).close();
        try (PressureBroker broker = PressureBroker.create(BrokerConfig.defaults())) {
            broker.register(pool);
            assertThat(pool.usage().pressure()).isEqualTo(1.0);
            broker.relieve();
            assertThat(pool.usage().pressure()).isLessThanOrEqualTo(0.75);
            assertThat(space.usedBytes()).isEqualTo(pool.usage().usedBytes());
        }
    }
}
