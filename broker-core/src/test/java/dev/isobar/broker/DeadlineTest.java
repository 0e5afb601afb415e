package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Deadlines on the machine's own time.
class DeadlineTest {

    @Test
    void relieve_sourceHangs_givesUpInterruptsAndGoesOn() throws InterruptedException {
        var config = BrokerConfig.builder().callDeadline(Duration.ofMillis(100)).build();
        var interrupted = new CountDownLatch(1);
        try (var broker = PressureBroker.create(config)) {
            FakeSource bad = FakeSource.of("bad", 930, 1000);
            bad.reclaiming(_ -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                return ReclaimResult.refused("interrupted");
            });
            FakeSource good = FakeSource.of("good", 900, 1000);
            broker.register(bad);
            broker.register(good);
            assertThat(broker.relieve().sourcesActed()).containsExactly("good");
            interrupted.await();
            assertThat(broker.snapshot().quarantined().getFirst().reason())
                    .contains("did not return within PT0.1S");
        }
    }

    @Test
    void await_timeIsUp_saysSo() {
        var never = new CompletableFuture<Boolean>();
        assertThat(DeadlineWait.REAL.await(Thread.currentThread(), never, Duration.ofMillis(1)))
                .isFalse();
    }

    @Test
    void await_interrupted_waitsOnAndKeepsTheFlag() {
        var done = new CompletableFuture<Boolean>();
        Thread.currentThread().interrupt();
        assertThat(DeadlineWait.REAL.await(Thread.currentThread(), done, Duration.ofMillis(5)))
                .isFalse();
        done.complete(true);
        assertThat(DeadlineWait.REAL.await(Thread.currentThread(), done, Duration.ofSeconds(5)))
                .isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }
}
