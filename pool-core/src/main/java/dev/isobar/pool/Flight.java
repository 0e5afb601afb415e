package dev.isobar.pool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One load, and those who wait for it. It lands once: with an entry, on which every waiter gets a
/// pin at that very moment, or with a failure.
final class Flight<K, V> {

    /// The flight on whose loader's thread we are.
    private static final ScopedValue<Flight<?, ?>> LOADING = ScopedValue.newInstance();

    final K key;
    final long startNanos;

    /// The flight that this one's loader waits for, if any.
    private volatile @Nullable Flight<?, ?> waitsFor;

    /// Bytes reserved for the value. Written once, by the leader, before anyone loads.
    long reservedBytes;

    private final CountDownLatch landed = new CountDownLatch(1);
    private boolean done;
    private boolean uncached;
    private int waiters;
    private @Nullable Entry<K, V> entry;
    private @Nullable RuntimeException failure;

    Flight(K key, long startNanos) {
        this.key = key;
        this.startNanos = startNanos;
    }

    /// Joins the waiters, unless the flight has landed.
    synchronized boolean join() {
        if (done) {
            return false;
        }
        waiters++;
        return true;
    }

    /// Leaves the waiters.
    ///
    /// @return the entry on which the leaver has a pin to give back, if the flight landed with one
    synchronized @Nullable Entry<K, V> leave() {
        if (!done) {
            waiters--;
        }
        return entry;
    }

    /// The value shall not stay in the pool: its key was invalidated.
    synchronized void forbidCaching() {
        uncached = true;
    }

    /// Does something, unless caching was forbidden; nobody can forbid it meanwhile.
    synchronized <T> @Nullable T ifCacheable(Supplier<@Nullable T> action) {
        return uncached ? null : action.get();
    }

    synchronized boolean cacheable() {
        return !uncached;
    }

    /// Lands with an entry on which the caller has a pin.
    ///
    /// @param handOver whether the caller's pin is to become that of a waiter
    /// @return whether it has; if not, the caller still has it
    synchronized boolean land(Entry<K, V> loaded, boolean handOver) {
        if (done) {
            return false;
        }
        boolean handedOver = handOver && waiters > 0;
        loaded.addPins(handedOver ? waiters - 1 : waiters);
        done = true;
        entry = loaded;
        landed.countDown();
        return handedOver;
    }

    /// Lands with a failure.
    ///
    /// @return false if the flight has landed already
    synchronized boolean fail(RuntimeException cause) {
        if (done) {
            return false;
        }
        done = true;
        failure = cause;
        landed.countDown();
        return true;
    }

    /// Does something on behalf of this flight's loader.
    void load(Runnable loader) {
        ScopedValue.where(LOADING, this).run(loader);
    }

    /// Waits for the landing.
    ///
    /// @param timeout null to wait as long as it takes
    /// @return an entry on which the caller has a pin
    /// @throws IllegalStateException if this is a loader's thread, and what it waits for waits for it
    Entry<K, V> await(@Nullable Duration timeout) throws InterruptedException, TimeoutException {
        if (!LOADING.isBound()) {
            return awaitLanding(timeout);
        }
        Flight<?, ?> waiter = LOADING.get();
        try {
            waiter.announceWait(this);
            return awaitLanding(timeout);
        } finally {
            waiter.waitsFor = null;
        }
    }

    /// Follows who waits for whom. Each waiter first announces, then follows: so of the waiters that
    /// close a circle, at least one sees it whole.
    private void announceWait(Flight<?, ?> awaited) {
        waitsFor = awaited;
        for (Flight<?, ?> f = awaited; f != null; f = f.waitsFor) {
            if (f == this) {
                throw new IllegalStateException("the loader of " + key + " waits for itself");
            }
        }
    }

    private Entry<K, V> awaitLanding(@Nullable Duration timeout)
            throws InterruptedException, TimeoutException {
        if (timeout == null) {
            landed.await();
        } else if (!landed.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("loading " + key + " took longer than " + timeout);
        }
        return result();
    }

    private synchronized Entry<K, V> result() {
        if (failure != null) {
            throw failure;
        }
        if (entry == null) {
            throw new AssertionError("a flight landed with nothing");
        }
        return entry;
    }
}
