package dev.isobar.pool.store;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Copies of values on their way to a log. They are charged from before they are made until they are
/// written; when the buffer is full, nothing more is taken. A thread of its own writes, so nobody who
/// offers waits for the disk; it begins with the first offer.
///
/// A source of the heap: under pressure, what does not yet lie on the disk is dropped, the newest first: what
/// came before may be what it hangs from.
///
/// *Safe for several threads.*
final class WriteBehind implements PressureSource, AutoCloseable {

    /// What a copy takes besides its payload: the array, the key and its place in the map.
    static final int OVERHEAD_BYTES = 144;

    /// How much is written before it is forced, so that little of the page cache is dirty.
    static final long FORCE_BYTES = 8L << 20;

    private static final int BATCH = 512;
    private static final long REST_NANOS = Duration.ofMillis(100).toNanos();

    private final SegmentLog log;
    private final long limitBytes;
    private final Supplier<PressureTier> pressure;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashMap<Fingerprint, byte[]> waiting =
            new LinkedHashMap<>(); // under the lock
    private final Map<Fingerprint, byte[]> writing = new LinkedHashMap<>(); // under the lock
    private final AtomicLong chargedBytes = new AtomicLong();
    private final AtomicLong waitingBytes = new AtomicLong();
    private @Nullable Thread thread; // under the lock
    private int flushing; // how many wait for the disk; under the lock
    private volatile boolean closed;
    private long unforcedBytes; // the writing thread's

    final LongAdder written = new LongAdder();
    final LongAdder full = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder dropped = new LongAdder();

    /// @param limitBytes the most that may wait, overhead included
    /// @param pressure at `HIGH` nothing is written unless somebody waits for it, at `CRITICAL` what waits
    ///     is dropped
    /// @param threads makes the thread that writes
    WriteBehind(
            SegmentLog log,
            long limitBytes,
            Supplier<PressureTier> pressure,
            ThreadFactory threads) {
        this.pressure = pressure;
        this.log = log;
        this.limitBytes = limitBytes;
        this.threads = threads;
    }

    /// Takes a copy, if there is room for it.
    ///
    /// @param encode writes the payload
    /// @param wanted asked under the lock under which [#forget] drops what waits
    /// @return whether it is on its way
    boolean offer(
            Fingerprint key,
            int payloadBytes,
            Consumer<MemorySegment> encode,
            BooleanSupplier wanted) {
        long bytes = (long) payloadBytes + OVERHEAD_BYTES;
        if (!reserve(key, bytes)) {
            return holds(key);
        }
        boolean taken = false;
        try {
            byte[] payload = new byte[payloadBytes];
            encode.accept(MemorySegment.ofArray(payload));
            taken = enqueue(key, payload, wanted);
        } finally {
            if (!taken) {
                chargedBytes.addAndGet(-bytes);
            }
        }
        return taken || holds(key);
    }

    private boolean reserve(Fingerprint key, long bytes) {
        if (closed || holds(key)) {
            return false;
        }
        if (chargedBytes.addAndGet(bytes) > limitBytes) {
            chargedBytes.addAndGet(-bytes);
            full.increment();
            return false;
        }
        return true;
    }

    private boolean enqueue(Fingerprint key, byte[] payload, BooleanSupplier wanted) {
        lock.lock();
        try {
            if (closed || writing.containsKey(key) || !wanted.getAsBoolean()) {
                return false;
            }
            startOnce();
            if (waiting.putIfAbsent(key, payload) != null) {
                return false;
            }
            waitingBytes.addAndGet(charge(payload));
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// With the lock held. If there is no thread to be had, nothing waits for it.
    private void startOnce() {
        if (thread == null) {
            Thread fresh = threads.newThread(this::run);
            fresh.start();
            thread = fresh;
        }
    }

    /// Whether a key is on its way.
    boolean holds(Fingerprint key) {
        return find(key) != null;
    }

    /// What is on its way under a key; not to be changed.
    byte @Nullable [] find(Fingerprint key) {
        if (chargedBytes.get() == 0) {
            return null;
        }
        lock.lock();
        try {
            byte[] found = waiting.get(key);
            return found == null ? writing.get(key) : found;
        } finally {
            lock.unlock();
        }
    }

    /// Drops what waits under a key; waits until nothing of it is being written.
    void forget(Fingerprint key) {
        lock.lock();
        try {
            byte[] payload = waiting.remove(key);
            if (payload != null) {
                discharge(payload);
            }
            while (writing.containsKey(key)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything that was offered before is written, or could not be.
    void flush() {
        lock.lock();
        try {
            flushing++;
            changed.signalAll();
            while (!waiting.isEmpty() || !writing.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            flushing--;
            lock.unlock();
        }
    }

    /// Takes nothing more, and waits until what was taken is written. Idempotent.
    @Override
    public void close() {
        Thread writer;
        lock.lock();
        try {
            closed = true;
            writer = thread;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (writer != null) {
            flush();
        }
    }

    private void run() {
        while (await()) {
            try {
                if (mayWrite()) {
                    writeBatch();
                } else {
                    rest();
                }
            } catch (Throwable _) { // out of memory, say: whoever waits must not wait for ever
                failed.increment();
            }
        }
    }

    /// Whether to write what waits now; at `CRITICAL` it is dropped instead.
    boolean mayWrite() {
        PressureTier now = level();
        if (!now.atLeast(PressureTier.HIGH)) {
            return true;
        }
        lock.lock();
        try {
            if (flushing > 0 || closed) {
                return true;
            }
            if (now == PressureTier.CRITICAL) {
                drop(Long.MAX_VALUE, () -> false);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private PressureTier level() {
        try {
            return pressure.get();
        } catch (RuntimeException _) {
            return PressureTier.NORMAL;
        }
    }

    /// Until it is time to look again.
    private void rest() {
        lock.lock();
        try {
            long left = REST_NANOS;
            while (flushing == 0 && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            return; // nobody interrupts this thread; it only looks earlier
        } finally {
            lock.unlock();
        }
    }

    /// @return false at the end
    private boolean await() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Writes some of what waits; what the store refuses is dropped, and counted.
    void writeBatch() {
        Map<Fingerprint, byte[]> batch = take();
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>(batch.size());
        try {
            for (Map.Entry<Fingerprint, byte[]> each : batch.entrySet()) {
                outcomes.add(append(each.getKey(), each.getValue()));
            }
        } catch (RuntimeException _) { // the store is closed
            failed.add(batch.size() - outcomes.size());
        } finally {
            outcomes.forEach(each -> (succeeded(each) ? written : failed).increment());
            finish(batch);
        }
    }

    private static boolean succeeded(CompletableFuture<WriteOutcome> outcome) {
        try {
            return StoreThread.await(outcome).written();
        } catch (RuntimeException | Error _) {
            return false;
        }
    }

    private CompletableFuture<WriteOutcome> append(Fingerprint key, byte[] payload) {
        unforcedBytes += payload.length;
        boolean force = unforcedBytes >= FORCE_BYTES;
        if (force) {
            unforcedBytes = 0;
        }
        return log.append(
                key, MemorySegment.ofArray(payload), force ? Durability.DATA : Durability.NONE);
    }

    private Map<Fingerprint, byte[]> take() {
        lock.lock();
        try {
            Iterator<Map.Entry<Fingerprint, byte[]>> all = waiting.entrySet().iterator();
            while (all.hasNext() && writing.size() < BATCH) {
                Map.Entry<Fingerprint, byte[]> each = all.next();
                writing.put(each.getKey(), each.getValue());
                waitingBytes.addAndGet(-charge(each.getValue()));
                all.remove();
            }
            return new LinkedHashMap<>(writing);
        } finally {
            lock.unlock();
        }
    }

    private void finish(Map<Fingerprint, byte[]> batch) {
        lock.lock();
        try {
            writing.clear();
            batch.values().forEach(each -> chargedBytes.addAndGet(-charge(each)));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void discharge(byte[] payload) {
        waitingBytes.addAndGet(-charge(payload));
        chargedBytes.addAndGet(-charge(payload));
    }

    private static long charge(byte[] payload) {
        return (long) payload.length + OVERHEAD_BYTES;
    }

    @Override
    public String name() {
        return log.name() + "-write-behind";
    }

    @Override
    public Resource resource() {
        return Resource.HEAP;
    }

    @Override
    public Usage usage() {
        long charged = chargedBytes.get();
        long idle = Math.clamp(waitingBytes.get(), 0, charged);
        return new Usage(charged, limitBytes, charged - idle, idle);
    }

    /// Drops what waits, the newest first.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        long freed;
        lock.lock();
        try {
            freed = drop(request.bytes(), request::expired);
        } finally {
            lock.unlock();
        }
        return ReclaimResult.freed(request.bytes(), freed, "the rest is being written");
    }

    /// Drops what waits, the newest first, with the lock held.
    private long drop(long bytes, BooleanSupplier stop) {
        long freed = 0;
        Iterator<byte[]> all = waiting.sequencedValues().reversed().iterator();
        while (freed < bytes && all.hasNext() && !stop.getAsBoolean()) {
            byte[] payload = all.next();
            all.remove();
            discharge(payload);
            dropped.increment();
            freed += charge(payload);
        }
        changed.signalAll();
        return freed;
    }

    @Override
    public boolean closed() {
        return closed;
    }
}
