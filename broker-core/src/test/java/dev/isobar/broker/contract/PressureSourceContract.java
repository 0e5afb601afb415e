package dev.isobar.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What every [PressureSource] owes the broker. Extend it, and the tests come along.
///
/// A fixture must not change its usage by itself while a test runs.
public abstract class PressureSourceContract {

    /// A new source with a capacity of at least 1,000 bytes, more than half full, of which at least
    /// half can be given back.
    protected abstract PressureSource filled();

    /// A new source that holds nothing.
    protected abstract PressureSource empty();

    /// A new source all of whose bytes are pinned; null if this kind of source pins nothing.
    protected PressureSource allPinned() {
        return null;
    }

    /// A new source whose capacity is 0; null if there is no such thing.
    protected PressureSource unmanaged() {
        return null;
    }

    @Test
    void name_always_stableAndNotBlank() {
        PressureSource source = filled();
        String name = source.name();
        assertThat(name).isNotBlank();
        source.reclaim(ReclaimRequest.of(1));
        assertThat(source.name()).isEqualTo(name);
        assertThat(source.resource()).isNotNull().isEqualTo(source.resource());
    }

    @Test
    void usage_filled_isSane() {
        Usage usage = filled().usage();
        assertThat(usage.managed()).isTrue();
        assertThat(usage.capacityBytes()).isGreaterThanOrEqualTo(1_000);
        assertThat(usage.pressure()).isGreaterThan(0.5);
        assertThat(usage.pinnedBytes()).isLessThanOrEqualTo(usage.usedBytes());
        assertThat(usage.reclaimableBytes()).isBetween(1L, usage.usedBytes());
    }

    @Test
    void usage_empty_isZero() {
        assertThat(empty().usage().usedBytes()).isZero();
        assertThat(empty().usage().pressure()).isZero();
    }

    @Test
    void usage_filled_isPressureOfUsedOverCapacity() {
        Usage usage = filled().usage();
        assertThat(usage.pressure()).isEqualTo((double) usage.usedBytes() / usage.capacityBytes());
    }

    @Test
    void reclaim_some_freesThatMuchAndItLeavesTheUsage() {
        PressureSource source = filled();
        long before = source.usage().usedBytes();
        long wanted = before / 4;
        ReclaimResult result = source.reclaim(ReclaimRequest.of(wanted));
        assertThat(result.freedBytes() + result.pendingBytes()).isGreaterThanOrEqualTo(wanted);
        assertThat(before - source.usage().usedBytes()).isEqualTo(result.freedBytes());
    }

    @Test
    void reclaim_everythingAndMore_neverFreesMoreThanWasUsed() {
        PressureSource source = filled();
        long before = source.usage().usedBytes();
        ReclaimResult result = source.reclaim(ReclaimRequest.of(Long.MAX_VALUE));
        assertThat(result.freedBytes()).isBetween(1L, before);
        assertThat(result.outcome()).isNotEqualTo(ReclaimResult.Outcome.RELEASED);
        assertThat(before - source.usage().usedBytes()).isEqualTo(result.freedBytes());
    }

    @Test
    void reclaim_empty_freesNothingAndSaysWhy() {
        ReclaimResult result = empty().reclaim(ReclaimRequest.of(100));
        assertThat(result.freedBytes()).isZero();
        assertThat(result.outcome()).isEqualTo(ReclaimResult.Outcome.REFUSED);
        assertThat(result.detail()).isNotBlank();
    }

    @Test
    void reclaim_allPinned_touchesNothing() {
        PressureSource source = allPinned();
        assumeThat(source).as("this kind of source pins nothing").isNotNull();
        Usage before = source.usage();
        ReclaimResult result = source.reclaim(ReclaimRequest.of(Math.max(1, before.usedBytes())));
        assertThat(result.freedBytes()).isZero();
        assertThat(source.usage().usedBytes()).isEqualTo(before.usedBytes());
    }

    @Test
    void usage_unmanaged_hasNoPressure() {
        PressureSource source = unmanaged();
        assumeThat(source).as("this kind of source always has a capacity").isNotNull();
        assertThat(source.usage().managed()).isFalse();
        assertThat(source.usage().pressure()).isZero();
    }

    @Test
    void reclaim_timeIsUp_comesBackWithWhatItHas() {
        PressureSource source = filled();
        long before = source.usage().usedBytes();
        AtomicLong clock = new AtomicLong();
        var request =
                new ReclaimRequest(
                        before, PressureTier.HIGH, Duration.ofNanos(1), clock::get, _ -> {});
        clock.set(1);
        ReclaimResult result = source.reclaim(request);
        assertThat(before - source.usage().usedBytes()).isEqualTo(result.freedBytes());
    }

    @Test
    void request_bad_neverReachesTheSource() {
        PressureSource source = filled();
        long before = source.usage().usedBytes();
        assertThatIllegalArgumentException().isThrownBy(() -> source.reclaim(ReclaimRequest.of(0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.reclaim(ReclaimRequest.of(-1)));
        assertThat(source.usage().usedBytes()).isEqualTo(before);
    }

    @Test
    void reclaim_fromSeveralThreads_everyByteIsCountedOnce() throws Exception {
        PressureSource source = filled();
        long before = source.usage().usedBytes();
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(() -> source.reclaim(ReclaimRequest.of(before / 16)).freedBytes());
        }
        long freed = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> one : threads.invokeAll(tasks)) {
                freed += one.get();
            }
        }
        assertThat(before - source.usage().usedBytes()).isEqualTo(freed);
        assertThat(source.usage().usedBytes()).isNotNegative();
    }

    @Test
    void closed_inUse_isFalse() {
        assertThat(filled().closed()).isFalse();
    }
}
