package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickTest {

    @Test
    void tick_overTheThreshold_relieves() throws Exception {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.start();
            f.ticks.tick();
            assertThat(source.asks()).containsExactly(300L);
            assertThat(f.broker.snapshot().decisions().getFirst().trigger())
                    .isEqualTo(Decision.Trigger.TICK);
        }
    }

    @Test
    void tick_allCalm_asksNobody() throws Exception {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 500, 1000);
            f.broker.start();
            f.ticks.tick();
            assertThat(source.asks()).isEmpty();
            assertThat(f.broker.snapshot().decisions()).isEmpty();
            assertThat(f.broker.snapshot().totals().passes()).isEqualTo(1);
        }
    }

    @Test
    void start_waitsOneIntervalBeforeTheFirstTick() throws Exception {
        try (var f = BrokerFixture.create()) {
            f.source("a", 900, 1000);
            f.broker.start();
            f.ticks.awaitWaiting();
            assertThat(f.broker.snapshot().totals().passes()).isZero();
            assertThat(f.ticks.intervals()).containsExactly(Duration.ofSeconds(5));
        }
    }

    @Test
    void start_twice_oneThread() throws Exception {
        try (var f = BrokerFixture.create()) {
            f.broker.start();
            f.broker.start();
            f.ticks.tick();
            assertThat(f.broker.snapshot().heartbeat().ticks()).isEqualTo(1);
            assertThat(
                            Thread.getAllStackTraces().keySet().stream()
                                    .filter(t -> t.getName().equals("isobar-broker-tick")))
                    .hasSize(1);
        }
    }

    @Test
    void interval_followsTheTier() throws Exception {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.register(FakeSource.of("a", 100, 1000).stuck());
            f.broker.start();
            for (long used : new long[] {650, 850, 960, 100}) {
                source.used(used);
                f.ticks.tick();
            }
            f.ticks.awaitWaiting();
            assertThat(f.ticks.intervals())
                    .containsExactly(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(1),
                            Duration.ofMillis(250),
                            Duration.ofSeconds(5));
            assertThat(f.broker.tickInterval()).isEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void sourcesAndListenersThrow_ticksGoOn() throws Exception {
        AlertListener throwing =
                _ -> {
                    throw new AssertionError("listener");
                };
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.listener(throwing))) {
            f.source("bad", 900, 1000)
                    .reading(() -> {
                        throw new AssertionError("usage");
                    });
            FakeSource good = f.source("good", 900, 1000);
            f.broker.start();
            f.ticks.tick();
            f.ticks.tick();
            assertThat(good.asks()).containsExactly(300L);
            var heartbeat = f.broker.snapshot().heartbeat();
            assertThat(heartbeat.ticks()).isEqualTo(2);
            assertThat(heartbeat.failedTicks()).isZero();
            assertThat(heartbeat.running()).isTrue();
        }
    }

    @Test
    void theTickItselfThrows_isCounted_andTicksGoOn() throws Exception {
        var ticks = new ManualTicks();
        var runs = new CountDownLatch(2);
        var ticker =
                new Ticker(
                        () -> {
                            runs.countDown();
                            throw new StackOverflowError();
                        },
                        () -> Duration.ofSeconds(1),
                        ticks,
                        () -> 0L);
        ticker.start();
        ticks.tick();
        ticks.tick();
        assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ticker.heartbeat().ticks()).isEqualTo(2);
        assertThat(ticker.heartbeat().failedTicks()).isEqualTo(2);
        ticker.stop();
        ticker.join();
        assertThat(ticker.heartbeat().running()).isFalse();
    }

    @Test
    void heartbeat_saysHowLongAgoTheLastTickWas() throws Exception {
        try (var f = BrokerFixture.create()) {
            f.broker.start();
            f.ticks.tick();
            f.clock.advance(Duration.ofSeconds(7));
            assertThat(f.broker.snapshot().heartbeat().lastTickAgeNanos())
                    .isEqualTo(Duration.ofSeconds(7).toNanos());
        }
    }

    @Test
    void close_stopsTheTick_leavesNoThread_andIsIdempotent() throws Exception {
        var f = BrokerFixture.create();
        f.source("a", 900, 1000);
        f.broker.start();
        f.ticks.tick();
        f.broker.close();
        f.broker.close();
        assertThat(f.broker.snapshot().heartbeat().running()).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("isobar-broker"));
    }

    @Test
    void close_whileAPassRuns_waitsForIt() throws Exception {
        var f = BrokerFixture.create();
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        FakeSource slow = FakeSource.of("slow", 900, 1000);
        slow.reclaiming(request -> {
            entered.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return slow.free(request);
        });
        f.register(slow);
        Thread pass = Thread.ofPlatform().start(f.broker::relieve);
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        Thread closing = Thread.ofPlatform().start(f.broker::close);
        org.awaitility.Awaitility.await().until(() -> closing.getState() == Thread.State.WAITING);
        assertThat(slow.used()).isEqualTo(900);
        go.countDown();
        closing.join();
        pass.join();
        assertThat(slow.used()).isEqualTo(600);
    }

    @Test
    void close_withoutStart_works() {
        var f = BrokerFixture.create();
        f.broker.close();
        assertThat(f.broker.snapshot().heartbeat().ticks()).isZero();
    }

    @Test
    void realTime_ticks() {
        var config =
                BrokerConfig.builder().intervals(TickIntervals.of(Duration.ofMillis(5))).build();
        try (var broker = PressureBroker.create(config)) {
            FakeSource source = FakeSource.of("a", 900, 1000);
            broker.register(source);
            broker.start();
            org.awaitility.Awaitility.await().until(() -> source.used() == 600);
        }
    }
}
