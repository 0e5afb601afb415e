package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The copy of a half full block by the engine's own means.
@Timeout(60)
class BlockCopierTest {

    private final AtomicInteger copies = new AtomicInteger();

    @Test
    void copier_isAskedOncePerFork_andNothingElseIsCopied() {
        BlockCopier counting =
                (space, from, fromOffset, to, toOffset, bytes) -> {
                    copies.incrementAndGet();
                    assertThat(bytes).isEqualTo(64);
                    space.copyAcross(from, fromOffset, to, toOffset, bytes);
                };
        try (KvPool pool = pool(counting);
                KvSequence one = filled(pool, range(0, 6))) {
            KvSequence fork = one.fork();
            fork.reserve(1);
            fork.write(1, 5, MemorySegment.ofArray(new byte[] {9}));
            fork.commit(new int[] {70});
            one.append(80);
            assertThat(copies).hasValue(1);
            assertThat(fork.block(1)).isNotEqualTo(one.block(1));
            fork.close();
        }
    }

    /// The pool goes on for others while the engine copies.
    @Test
    void copier_runsWithoutTheLock() {
        KvPool[] pools = new KvPool[1];
        BlockCopier asking =
                (space, from, fromOffset, to, toOffset, bytes) -> {
                    space.copyAcross(from, fromOffset, to, toOffset, bytes);
                    CompletableFuture.runAsync(
                                    () -> {
                                        pools[0].checkInvariants();
                                        filled(pools[0], range(500, 508)).close();
                                    })
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join();
                    copies.incrementAndGet();
                };
        try (KvPool pool = pool(asking)) {
            pools[0] = pool;
            try (KvSequence one = filled(pool, range(0, 6));
                    KvSequence fork = one.fork()) {
                fork.append(70);
                assertThat(copies).hasValue(1);
                assertThat(pool.stats().copiedBlocks()).isEqualTo(1);
            }
            pool.checkInvariants();
        }
    }

    @Test
    void copier_thatFails_leavesEverythingAsItWas() {
        BlockCopier failing =
                (_, _, _, _, _, _) -> {
                    throw new IllegalStateException("the stream is gone");
                };
        try (KvPool pool = pool(failing);
                KvSequence one = filled(pool, range(0, 6));
                KvSequence fork = one.fork()) {
            int[] blocks = fork.blockNumbers();
            fork.ensureRoom(7);
            int promised = pool.stats().promisedBlocks();
            int free = pool.stats().freeBlocks();
            assertThatThrownBy(() -> fork.append(range(70, 77)))
                    .hasMessageContaining("the stream is gone");
            assertThat(fork.blockNumbers()).isEqualTo(blocks);
            assertThat(fork.tokens()).isEqualTo(6);
            assertThat(pool.stats().freeBlocks()).isEqualTo(free);
            assertThat(pool.stats().promisedBlocks()).isEqualTo(promised);
            assertThat(pool.stats().copiedBlocks()).isZero();
            pool.checkInvariants();
        }
    }

    private static KvPool pool(BlockCopier copier) {
        return Pools.pool(Pools.config(4, 8).copier(copier));
    }
}
