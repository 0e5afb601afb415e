package dev.isobar.pool.store;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.pool.Tier;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A log of a [WarmStore] as the lowest tier of a pool: for many small values. Values are written behind
/// the pool's back, by a thread of this tier's own, from a bounded buffer; they survive the end of the
/// process, and are forced to the disk now and then.
///
/// Nothing is opened before the first value is looked for or written.
///
/// *Safe for several threads.* [#offer] never waits for the disk, nor does [#holds] if the store owns its
/// root; [#fetch] reads from it.
///
/// @param <K> the type of keys
/// @param <V> the type of values
public final class LogTier<K, V> implements Tier<K, V>, AutoCloseable {

    /// How much may wait to be written by default: 8 MiB.
    public static final long DEFAULT_BUFFER_BYTES = 8L << 20;

    private final WarmStore store;
    private final SegmentLog log;
    private final StoreCodec<K, V> codec;
    private final WriteBehind behind;
    private final SpillRules<K, V> rules;
    private final TokenBucket bucket; // guarded by itself
    private final LongAdder found = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder noRoom = new LongAdder();
    private final LongAdder unworthy = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final AtomicReference<RestoreReport> restores =
            new AtomicReference<>(RestoreReport.nothing());

    /// A tier with the buffer by default.
    ///
    /// @param store stays the caller's to close, after this tier
    /// @param logName of the log: 1 to 64 of `a-z`, `0-9` and `-`; of nobody else
    /// @throws IllegalArgumentException if the name has other characters, or too many
    public LogTier(WarmStore store, String logName, StoreCodec<K, V> codec) {
        this(store, logName, codec, DEFAULT_BUFFER_BYTES);
    }

    /// @param bufferBytes how much may wait to be written; at least 0. At 0 nothing is ever written.
    /// @throws IllegalArgumentException if the name is no good, or `bufferBytes` is negative
    public LogTier(WarmStore store, String logName, StoreCodec<K, V> codec, long bufferBytes) {
        this(store, logName, codec, bufferBytes, SpillRules.everything());
    }

    /// @param bufferBytes how much may wait to be written; at least 0. At 0 nothing is ever written.
    /// @param rules what is copied, and when
    /// @throws IllegalArgumentException if the name is no good, or `bufferBytes` is negative
    public LogTier(
            WarmStore store,
            String logName,
            StoreCodec<K, V> codec,
            long bufferBytes,
            SpillRules<K, V> rules) {
        this(
                store,
                logName,
                codec,
                bufferBytes,
                rules,
                task ->
                        Thread.ofPlatform()
                                .daemon()
                                .name("isobar-write-behind " + logName)
                                .unstarted(task));
    }

    LogTier(
            WarmStore store,
            String logName,
            StoreCodec<K, V> codec,
            long bufferBytes,
            SpillRules<K, V> rules,
            ThreadFactory threads) {
        if (bufferBytes < 0) {
            throw new IllegalArgumentException("bufferBytes must be at least 0: " + bufferBytes);
        }
        this.store = Objects.requireNonNull(store, "store");
        this.log = store.log(logName);
        this.codec = Objects.requireNonNull(codec, "codec");
        this.rules = Objects.requireNonNull(rules, "rules");
        this.bucket = new TokenBucket(rules.bytesPerSecond(), store.config().nanoClock());
        this.behind = new WriteBehind(log, bufferBytes, rules.pressure(), threads);
    }

    /// What a tier has done since it was made. A snapshot.
    ///
    /// @param found look-ups that found a value
    /// @param absent look-ups that found none
    /// @param stale look-ups whose value was too old, or of another layout
    /// @param damaged look-ups whose value's bytes were not what was written, or could not be read
    /// @param noRoom look-ups whose value found no room in memory
    /// @param written values that were written
    /// @param full values that were not taken, because the buffer was full
    /// @param failed values that the store refused
    /// @param dropped values that were given up under pressure before they were written
    /// @param unworthy values that were not taken, because to write them costs more than it saves
    /// @param throttled values that were not taken, because too much was written lately
    /// @param bufferedBytes what waits, in bytes
    /// @param restores what all runs of [WarmRestorer] have come to together
    public record Stats(
            long found,
            long absent,
            long stale,
            long damaged,
            long noRoom,
            long written,
            long full,
            long failed,
            long dropped,
            long unworthy,
            long throttled,
            long bufferedBytes,
            RestoreReport restores) {}

    @Override
    public String name() {
        return log.name();
    }

    /// The buffer, as a source of the heap: hand it to the broker.
    public PressureSource buffer() {
        return behind;
    }

    @Override
    public boolean holds(K key) {
        Fingerprint fingerprint = codec.fingerprint(key);
        return behind.holds(fingerprint) || (log.opened() && log.contains(fingerprint));
    }

    @Override
    public boolean offer(K key, V value) {
        return offer(key, value, () -> true);
    }

    /// A store that is known to be closed, or not to be ours to write to, takes nothing.
    @Override
    public boolean offer(K key, V value, BooleanSupplier wanted) {
        if (store.closed() || (store.opened() && store.access() != StoreAccess.OWNER)) {
            return false;
        }
        Fingerprint fingerprint = codec.fingerprint(key);
        int bytes = codec.bytes(value);
        return behind.holds(fingerprint)
                || (admits(key, value, bytes)
                        && behind.offer(
                                fingerprint, bytes, into -> codec.encode(value, into), wanted));
    }

    private boolean admits(K key, V value, int bytes) {
        if (!rules.worth(key, value, bytes)) {
            unworthy.increment();
            return false;
        }
        synchronized (bucket) {
            if (!bucket.permits()) {
                throttled.increment();
                return false;
            }
            bucket.take(bytes);
        }
        return true;
    }

    @Override
    public @Nullable V fetch(K key) {
        return recall(key) instanceof Recalled.Found<V>(V value) ? value : null;
    }

    /// As [#fetch], but the key is no younger for it, and nothing is counted.
    public @Nullable V peek(K key) {
        Fingerprint fingerprint = codec.fingerprint(key);
        byte[] payload = behind.find(fingerprint);
        if (payload == null) {
            payload = log.peek(fingerprint).orElse(null);
        }
        return payload != null && decoded(key, payload) instanceof Recalled.Found<V>(V value)
                ? value
                : null;
    }

    /// As [#fetch], and says what came of it.
    public Recalled<V> recall(K key) {
        Recalled<V> recalled = lookUp(key);
        switch (recalled) {
            case Recalled.Found<V> _ -> found.increment();
            case Recalled.Absent<V> _ -> absent.increment();
            case Recalled.Stale<V> _ -> {
                stale.increment();
                forget(key, Durability.NONE); // so that a fresh one can take its place
            }
            case Recalled.Damaged<V> _ -> damaged.increment();
            case Recalled.NoRoom<V> _ -> noRoom.increment();
        }
        return recalled;
    }

    private Recalled<V> lookUp(K key) {
        Fingerprint fingerprint = codec.fingerprint(key);
        byte[] buffered = behind.find(fingerprint);
        if (buffered != null) {
            return decoded(key, buffered);
        }
        if (!log.contains(fingerprint)) {
            return new Recalled.Absent<>();
        }
        Optional<byte[]> payload = log.get(fingerprint);
        return payload.isPresent() ? decoded(key, payload.get()) : new Recalled.Damaged<>();
    }

    private Recalled<V> decoded(K key, byte[] payload) {
        try {
            V value = codec.decode(key, MemorySegment.ofArray(payload));
            return value == null ? new Recalled.Stale<>() : new Recalled.Found<>(value);
        } catch (ResourceRefusedException _) {
            return new Recalled.NoRoom<>();
        }
    }

    /// Forgets a key, and waits until that lasts. If the disk fails, the key is not found any more, and
    /// the store writes that down as soon as it can. A store that is closed, or that is not ours to write
    /// to, does not forget.
    @Override
    public void forget(K key) {
        forget(key, Durability.DATA);
    }

    private void forget(K key, Durability durability) {
        Fingerprint fingerprint = codec.fingerprint(key);
        behind.forget(fingerprint);
        try {
            if (log.contains(fingerprint)) {
                log.remove(fingerprint, durability);
            }
        } catch (IllegalStateException e) {
            if (!store.closed()) {
                throw e;
            }
        }
    }

    /// The keys that are here: first those of the last manifest, the one worth most first, then the
    /// others, the last used first. Opens the log.
    public List<K> keys() {
        Set<Fingerprint> all = new LinkedHashSet<>(Manifest.read(store, log.name()));
        all.removeIf(each -> !log.contains(each));
        all.addAll(log.keys());
        List<K> keys = new ArrayList<>(all.size());
        all.forEach(each -> keys.add(codec.key(each)));
        return keys;
    }

    /// Waits until everything that was offered is written, or could not be.
    public void flush() {
        behind.flush();
    }

    /// Waits until everything that was offered is written, and then writes down which keys are worth
    /// most, for [#keys] after a restart.
    ///
    /// @param keys the one worth most first
    public WriteOutcome checkpoint(List<K> keys) {
        behind.flush();
        return Manifest.write(
                store,
                log.name(),
                keys.stream().map(codec::fingerprint).filter(log::contains).toList());
    }

    /// A run of the restorer has ended.
    void restored(RestoreReport report) {
        restores.accumulateAndGet(report, RestoreReport::plus);
    }

    /// What it has done.
    public Stats stats() {
        return new Stats(
                found.sum(),
                absent.sum(),
                stale.sum(),
                damaged.sum(),
                noRoom.sum(),
                behind.written.sum(),
                behind.full.sum(),
                behind.failed.sum(),
                behind.dropped.sum(),
                unworthy.sum(),
                throttled.sum(),
                behind.usage().usedBytes(),
                restores.get());
    }

    /// Takes nothing more, and waits until what was taken is written. Idempotent.
    @Override
    public void close() {
        behind.close();
    }
}
