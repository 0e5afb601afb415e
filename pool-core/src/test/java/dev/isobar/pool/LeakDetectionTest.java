package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LeakDetectionTest {

    private final PoolFixture f =
            new PoolFixture(100, EvictionPriority.lru(), b -> b.leakDetection(LeakDetection.ALL));

    @Test
    void openLeases_nameTheHolder() throws Exception {
        f.put("a", 10);
        var taken = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        Thread holder =
                Thread.ofPlatform()
                        .name("batch-worker-7")
                        .start(() -> {
                            try (var _ = f.pool.acquire("a").orElseThrow()) {
                                taken.countDown();
                                finish.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        });
        taken.await();
        assertThat(f.pool.openLeases())
                .singleElement()
                .satisfies(open -> {
                    assertThat(open.key()).isEqualTo("a");
                    assertThat(open.bytes()).isEqualTo(10);
                    assertThat(open.holder()).contains("batch-worker-7");
                    assertThat(open.acquiredAt()).contains("LeakDetectionTest");
                });
        finish.countDown();
        holder.join();
        assertThat(f.pool.openLeases()).isEmpty();
    }

    @Test
    void lostLease_isCountedAndStaysCharged() {
        f.put("a", 10);
        loseALease();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    System.gc();
                    return f.pool.stats().leakedLeases() == 1;
                });
        assertThat(f.pool.openLeases()).isEmpty();
        assertThat(f.pool.stats().pinnedBytes()).as("detection frees nothing").isEqualTo(10);
    }

    @Test
    void off_watchesNothing() {
        var off = new PoolFixture(100);
        off.put("a", 10);
        try (var lease = off.lease("a")) {
            assertThat(lease.bytes()).isEqualTo(10);
            assertThat(off.pool.openLeases()).isEmpty();
        }
    }

    private void loseALease() {
        assertThat(f.pool.acquire("a")).isPresent();
    }
}
