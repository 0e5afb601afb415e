package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RegistrationTest {

    @Test
    void register_sameObjectTwice_countsOnce() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.register(source);
            assertThat(f.broker.snapshot().sources()).hasSize(1);
            f.broker.relieve();
            assertThat(source.asks()).hasSize(1);
        }
    }

    @Test
    void register_nameIsTaken_refusedAndNothingChanges() {
        try (var f = BrokerFixture.create()) {
            FakeSource first = f.source("a", 900, 1000);
            FakeSource second = FakeSource.of("a", 990, 1000);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> f.broker.register(second))
                    .withMessageContaining("a")
                    .withMessageContaining("taken");
            f.broker.relieve();
            assertThat(first.asks()).hasSize(1);
            assertThat(second.asks()).isEmpty();
        }
    }

    @Test
    void register_nameOfAClosedSource_isFree() {
        try (var f = BrokerFixture.create()) {
            f.source("a", 900, 1000).close();
            FakeSource second = f.source("a", 850, 1000);
            f.broker.relieve();
            assertThat(second.asks()).hasSize(1);
        }
    }

    @Test
    void register_blankName_refused() {
        try (var f = BrokerFixture.create()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> f.broker.register(FakeSource.of("  ", 1, 1)));
            assertThat(f.broker.snapshot().sources()).isEmpty();
        }
    }

    @Test
    void replace_nameIsTaken_theNewOneTakesItsPlace() {
        try (var f = BrokerFixture.create()) {
            FakeSource first = f.source("a", 900, 1000);
            FakeSource second = FakeSource.of("a", 850, 1000);
            f.broker.replace(second);
            f.broker.relieve();
            assertThat(first.asks()).isEmpty();
            assertThat(second.asks()).containsExactly(250L);
            assertThat(f.broker.snapshot().sources()).hasSize(1);
        }
    }

    @Test
    void replace_sameObject_changesNothing() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.replace(source);
            assertThat(f.broker.snapshot().sources()).hasSize(1);
        }
    }

    @Test
    void close_oldRegistrationAfterReplace_leavesTheNewOne() {
        try (var f = BrokerFixture.create()) {
            Registration old = f.broker.register(FakeSource.of("a", 900, 1000));
            f.broker.replace(FakeSource.of("a", 100, 1000));
            old.close();
            old.close();
            assertThat(old.name()).isEqualTo("a");
            assertThat(f.broker.snapshot().sources())
                    .extracting(SourceView::usedBytes)
                    .containsExactly(100L);
        }
    }

    @Test
    void unregister_known_removesIt() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 990, 1000);
            assertThat(f.broker.unregister("a")).isTrue();
            assertThat(f.broker.unregister("a")).isFalse();
            assertThat(f.broker.relieve().acted()).isFalse();
            assertThat(source.asks()).isEmpty();
            assertThat(f.broker.globalPressure()).isZero();
        }
    }

    @Test
    void closedSource_atTheNextLook_isDropped() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 990, 1000);
            source.close();
            assertThat(f.broker.snapshot().sources()).isEmpty();
            assertThat(f.broker.relieve().acted()).isFalse();
            assertThat(f.broker.unregister("a")).isFalse();
        }
    }

    @Test
    void register_fromAListener_works() {
        var late = FakeSource.of("late", 850, 1000);
        var broker = new AtomicReference<PressureBroker>();
        AlertListener registers = _ -> broker.get().register(late);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.listener(registers))) {
            broker.set(f.broker);
            f.source("a", 900, 1000);
            f.broker.relieve();
            f.broker.relieve();
            assertThat(late.asks()).containsExactly(250L);
            assertThat(f.broker.snapshot().totals().alertsFailed()).isZero();
        }
    }

    @Test
    void register_fromInsideReclaim_works() {
        try (var f = BrokerFixture.create()) {
            FakeSource late = FakeSource.of("late", 100, 1000);
            FakeSource source = FakeSource.of("a", 900, 1000);
            source.reclaiming(request -> {
                f.broker.register(late);
                f.broker.unregister("nobody");
                return source.free(request);
            });
            f.register(source);
            assertThat(f.broker.relieve().bytesFreed()).isEqualTo(300);
            assertThat(f.broker.snapshot().sources()).hasSize(2);
        }
    }

    @Test
    void register_whileAPassRuns_doesNotWait() throws InterruptedException {
        try (var f = BrokerFixture.create()) {
            var entered = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            FakeSource slow = FakeSource.of("slow", 900, 1000);
            slow.reclaiming(request -> {
                entered.countDown();
                await(go);
                return slow.free(request);
            });
            f.register(slow);
            Thread pass = Thread.ofVirtual().start(f.broker::relieve);
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            f.source("b", 10, 1000);
            assertThat(f.broker.snapshot().sources()).hasSize(2);
            assertThat(f.broker.unregister("b")).isTrue();
            go.countDown();
            pass.join();
            assertThat(slow.used()).isEqualTo(600);
        }
    }

    @Test
    void relieve_fromInsideReclaim_failsClearlyInsteadOfDeadlocking() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = FakeSource.of("a", 900, 1000);
            var failure = new AtomicReference<Throwable>();
            source.reclaiming(request -> {
                try {
                    f.broker.relieve();
                } catch (IllegalStateException e) {
                    failure.set(e);
                }
                return source.free(request);
            });
            f.register(source);
            assertThat(f.broker.relieve().bytesFreed()).isEqualTo(300);
            assertThat(failure.get()).hasMessageContaining("relieve() was called by a source");
        }
    }

    @Test
    void snapshot_fromInsideReclaim_works() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = FakeSource.of("a", 900, 1000);
            var seen = new AtomicReference<BrokerSnapshot>();
            source.reclaiming(request -> {
                seen.set(f.broker.snapshot());
                return source.free(request);
            });
            f.register(source);
            f.broker.relieve();
            assertThat(seen.get().globalPressure()).isEqualTo(0.9);
        }
    }

    @Test
    void afterClose_registerAndRelieveRefused_butLookingWorks() {
        var f = BrokerFixture.create();
        f.source("a", 900, 1000);
        f.close();
        assertThatIllegalStateException().isThrownBy(() -> f.broker.relieve());
        assertThatIllegalStateException().isThrownBy(() -> f.source("b", 1, 1));
        assertThatIllegalStateException().isThrownBy(() -> f.broker.start());
        assertThatCode(f.broker::close).doesNotThrowAnyException();
        assertThat(f.broker.snapshot().globalPressure()).isEqualTo(0.9);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
