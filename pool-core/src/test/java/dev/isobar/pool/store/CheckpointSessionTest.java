package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static dev.isobar.pool.store.StoreFixture.text;
import static dev.isobar.pool.store.StoreFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.pool.store.WriteOutcome.Queued;
import dev.isobar.pool.store.WriteOutcome.Sealed;
import dev.isobar.pool.store.WriteOutcome.Throttled;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Checkpoints: the best and the last apart, not too many, and none after the end.
class CheckpointSessionTest {

    private static final Fingerprint KEY = key("k");
    private static final SessionConfig RUN = SessionConfig.defaults().withRun("run");

    private final StoreFixture fixture = new StoreFixture();
    private final WarmStore store = fixture.open();
    private final CheckpointSession session = store.session(KEY, RUN);

    @AfterEach
    void close() {
        store.close();
    }

    private WriteOutcome offer(double score, String payload) {
        return session.offer(score, () -> bytes(payload));
    }

    private Optional<String> best() {
        return StoreFixture.best(store, KEY);
    }

    private Optional<String> latest() {
        return store.latest(KEY).map(StoreFixture::text);
    }

    @Test
    void offer_thenTake_findsIt() {
        written(session.offer(OptionalDouble.of(2), OptionalLong.of(9), () -> bytes("x")));
        WarmStart start = session.take().orElseThrow();
        assertThat(text(start.entry())).isEqualTo("x");
        assertThat(start.entry().info().iteration()).hasValue(9);
        assertThat(start.source()).isEqualTo(WarmStart.Source.EXACT);
        assertThat(start.isFinished()).isFalse();
    }

    @Test
    void offer_better_isWrittenAtOnce() {
        written(offer(5, "five"));
        written(offer(3, "three"));
        assertThat(best()).contains("three");
    }

    @Test
    void offer_noBetter_waitsForTheInterval_andIsNotEvenMade() {
        written(offer(2, "two"));
        AtomicInteger made = new AtomicInteger();
        fixture.clocks.advance(Duration.ofMillis(1999));
        assertThat(
                        session.offer(
                                5,
                                () -> {
                                    made.incrementAndGet();
                                    return bytes("five");
                                }))
                .isEqualTo(new Throttled());
        assertThat(made).hasValue(0);
        assertThat(latest()).contains("two");
        fixture.clocks.advance(Duration.ofMillis(1));
        written(offer(5, "five"));
        assertThat(latest()).contains("five");
    }

    @Test
    void best_survivesALaterWorseCheckpoint() {
        written(offer(2, "two"));
        fixture.clocks.advance(Duration.ofSeconds(3));
        written(offer(5, "five"));
        assertThat(best()).contains("two");
        assertThat(latest()).contains("five");
        assertThat(store.entries(KEY)).hasSize(2);
    }

    @Test
    void best_survivesAWorseOne_thatWasBeingMadeMeanwhile() {
        WriteOutcome worse =
                session.offer(
                        5,
                        () -> {
                            written(offer(2, "two")); // as another thread might
                            return bytes("five");
                        });
        assertThat(worse).isInstanceOf(Throttled.class);
        assertThat(best()).contains("two");
        assertThat(store.entries(KEY)).hasSize(1);
    }

    @Test
    void offer_withoutScore_isTheLast_andNeverTheBest() {
        written(session.offer(OptionalDouble.empty(), OptionalLong.empty(), () -> bytes("none")));
        fixture.clocks.advance(Duration.ofSeconds(2));
        written(offer(Double.NaN, "nan"));
        fixture.clocks.advance(Duration.ofSeconds(2));
        written(offer(Double.NEGATIVE_INFINITY, "minus"));
        written(offer(4, "four"));
        assertThat(best()).contains("four");
        assertThat(store.entries(KEY).getLast().score()).isEmpty();
    }

    @Test
    void higherIsBetter_andSmallGainsDoNotCount() {
        CheckpointSession higher =
                store.session(KEY, RUN.withOrder(ScoreOrder.HIGHER_IS_BETTER, 0.01));
        written(higher.offer(100, () -> bytes("a")));
        assertThat(higher.offer(101, () -> bytes("b"))).isEqualTo(new Throttled());
        written(higher.offer(101.5, () -> bytes("c")));
        assertThat(higher.take().map(start -> text(start.entry()))).contains("c");
    }

    @Test
    void seal_isAResult_andTheEnd() {
        written(offer(1, "one"));
        written(session.seal(OptionalDouble.of(7), OptionalLong.of(3), bytes("done")));
        assertThat(session.peek().orElseThrow().isFinished()).isTrue();
        assertThat(best()).contains("done");
        fixture.clocks.advance(Duration.ofHours(1));
        assertThat(offer(-5, "late")).isEqualTo(new Sealed());
        assertThat(session.seal(OptionalDouble.empty(), OptionalLong.empty(), bytes("again")))
                .isEqualTo(new Sealed());
        assertThat(best()).contains("done");
    }

    @Test
    void seal_thatFails_canBeRepeated() {
        written(offer(1, "one"));
        fixture.files.fail(MemoryFiles.Step.FORCE, "Input/output error");
        assertThat(session.seal(OptionalDouble.empty(), OptionalLong.empty(), bytes("done")))
                .isInstanceOf(WriteOutcome.Unavailable.class);
        fixture.files.heal();
        written(session.seal(OptionalDouble.empty(), OptionalLong.empty(), bytes("done")));
        assertThat(best()).contains("done");
    }

    @Test
    void offer_thatFails_changesNothing_andMayBeRepeatedAtOnce() {
        written(store.put(key("warm-up"), EntryWrite.value(), bytes("x")));
        fixture.files.fail(MemoryFiles.Step.WRITE, "No space left on device");
        assertThat(offer(2, "two")).isInstanceOf(WriteOutcome.NoSpace.class);
        assertThat(best()).isEmpty();
        fixture.files.heal();
        written(offer(3, "three"));
        assertThat(best()).contains("three");
    }

    @Test
    void preload_comesFirst_onceOnly_andIsNeverFinished() {
        written(store.put(KEY, EntryWrite.value(), bytes("exact")));
        written(store.put(key("near"), EntryWrite.value(), bytes("seed")));
        session.preload(store.best(key("near")).orElseThrow());
        for (int i = 0; i < 2; i++) {
            WarmStart peeked = session.peek().orElseThrow();
            assertThat(text(peeked.entry())).isEqualTo("seed");
            assertThat(peeked.source()).isEqualTo(WarmStart.Source.SEED);
            assertThat(peeked.entry().isFinal()).isTrue();
            assertThat(peeked.isFinished()).isFalse();
        }
        assertThat(session.take().map(WarmStart::source)).contains(WarmStart.Source.SEED);
        WarmStart exact = session.take().orElseThrow();
        assertThat(text(exact.entry())).isEqualTo("exact");
        assertThat(exact.isFinished()).isTrue();
        written(offer(1, "mine"));
        assertThat(store.entries(KEY)).as("a seed moves no writes").hasSize(2);
    }

    @Test
    void secondSession_readsTheFirstOnesCheckpoint() {
        written(offer(1, "one"));
        try (WarmStore other = fixture.open()) {
            assertThat(other.access()).isEqualTo(StoreAccess.READER);
            assertThat(
                            other.session(KEY, SessionConfig.defaults())
                                    .take()
                                    .map(start -> text(start.entry())))
                    .contains("one");
        }
    }

    /// A thousand improvements in a second, 1 KiB each, where 10 KiB a second are allowed.
    @Test
    void stormOfImprovements_isBoundedInBytesASecond() {
        CheckpointSession bounded =
                store.session(KEY, RUN.withLimits(Duration.ofSeconds(2), 10 << 10));
        int written = 0;
        for (int i = 0; i < 1000; i++) {
            fixture.clocks.advance(Duration.ofMillis(1));
            written += bounded.offer(-i, () -> bytes(1024, 1)).written() ? 1 : 0;
        }
        assertThat(written).isBetween(19, 21);
    }

    /// While one thread writes, another offers better and better: the best of them is written next.
    @Test
    void offers_duringAWrite_leaveTheBestBehind() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        written(store.put(key("warm-up"), EntryWrite.value(), bytes("x")));
        fixture.files.fail(
                MemoryFiles.Step.MOVE,
                "never",
                _ -> {
                    writing.countDown();
                    awaitQuietly(goOn);
                    return false;
                });
        AtomicReference<WriteOutcome> first = new AtomicReference<>();
        Thread writer = Thread.ofPlatform().start(() -> first.set(offer(5, "five")));
        writing.await();
        assertThat(offer(6, "six")).isEqualTo(new Throttled());
        assertThat(offer(4, "four")).isEqualTo(new Queued());
        assertThat(offer(4.5, "less")).isEqualTo(new Throttled());
        assertThat(offer(3, "three")).isEqualTo(new Queued());
        goOn.countDown();
        writer.join();
        written(first.get());
        assertThat(best()).contains("three");
        assertThat(store.entries(KEY)).hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void payloadThatCannotBeMade_leavesTheSessionAsItWas() {
        assertThatThrownBy(() ->
                        session.offer(
                                1,
                                () -> {
                                    throw new IllegalArgumentException("no");
                                }))
                .hasMessage("no");
        written(offer(2, "two"));
    }

    @Test
    void badSettings_areRefused() {
        assertThatThrownBy(() -> RUN.withRun("Äh")).hasMessageContaining("Äh");
        assertThatThrownBy(() -> RUN.withOrder(ScoreOrder.LOWER_IS_BETTER, -1))
                .hasMessageContaining("minGain=-1");
        assertThatThrownBy(() -> RUN.withLimits(Duration.ofSeconds(-1), 1))
                .hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> RUN.withLimits(Duration.ZERO, 0)).hasMessageContaining("=0");
    }
}
