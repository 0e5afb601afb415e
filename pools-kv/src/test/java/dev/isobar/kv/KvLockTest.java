package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a sequence does while somebody holds the pool's lock, and that nobody else's blocks suffer by it.
@Timeout(60)
class KvLockTest {

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch enough = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean holding;
    private final KvPool pool = Pools.pool(Pools.config(4, 16).nanoClock(this::clock));

    @AfterEach
    void close() {
        threads.shutdownNow();
        pool.checkInvariants();
        assertThat(pool.stats().usedBlocks()).isZero();
        pool.close();
    }

    @Test
    void append_withinABlock_waitsForNobody() throws Exception {
        try (KvSequence sequence = filled(pool, range(0, 5))) {
            Future<?> holder = hold();
            assertThat(sequence.append(5)).isEqualTo(new Room.Ready(0, 0));
            assertThat(sequence.append(6)).isEqualTo(new Room.Ready(0, 0));
            assertThat(sequence.tokens()).isEqualTo(7);
            enough.countDown();
            holder.get();
            sequence.append(7, 8);
        }
        assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isEqualTo(8);
    }

    @Test
    void commit_withinReservedBlocks_waitsForNobody() throws Exception {
        try (KvSequence sequence = pool.open(KvPrompt.of(range(0, 9)))) {
            sequence.reserve(9);
            Future<?> holder = hold();
            sequence.commit(2);
            sequence.commit(1);
            assertThat(sequence.tokens()).isEqualTo(3);
            enough.countDown();
            holder.get();
            assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isZero();
            sequence.commit(2);
            assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isEqualTo(4);
            sequence.commit(4);
        }
    }

    @Test
    void append_afterAForkOfAHalfFullBlock_copies() {
        try (KvSequence one = filled(pool, range(0, 5))) {
            one.append(5);
            try (KvSequence two = one.fork()) {
                one.append(6);
                assertThat(pool.stats().copiedBlocks()).isOne();
                assertThat(one.block(1)).isNotEqualTo(two.block(1));
                two.append(6);
                assertThat(pool.stats().copiedBlocks()).isOne();
            }
        }
    }

    @Test
    void append_afterATruncateIntoAFullBlock_copies() {
        try (KvSequence sequence = filled(pool, range(0, 9))) {
            sequence.append(9);
            int full = sequence.block(1);
            sequence.truncate(6);
            sequence.append(50);
            assertThat(pool.stats().copiedBlocks()).isOne();
            assertThat(sequence.block(1)).isNotEqualTo(full);
        }
        assertThat(pool.peek(KvPrompt.of(range(0, 9)))).isEqualTo(8);
    }

    @Test
    void append_afterAnAbort_takesBlocksAnew() {
        try (KvSequence sequence = filled(pool, range(0, 4))) {
            sequence.reserve(2);
            sequence.abort();
            assertThat(sequence.append(4)).isEqualTo(new Room.Ready(1, 0));
        }
    }

    private Future<?> hold() throws InterruptedException {
        holding = true;
        Future<?> holder = threads.submit(() -> pool.open(KvPrompt.of(range(100, 109))).close());
        held.await();
        return holder;
    }

    /// The pool asks for the time with the lock held.
    private long clock() {
        if (holding) {
            holding = false;
            held.countDown();
            try {
                enough.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return 0;
    }
}
