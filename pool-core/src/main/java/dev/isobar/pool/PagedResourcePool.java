package dev.isobar.pool;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.ResourceRefusal;
import dev.isobar.broker.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A bounded set of keyed values with a size in bytes. When room is needed, the entries that are worth
/// least go; an entry with an open [Lease] never does.
///
/// Values are handed out as leases only, so this pool may own what they hold: native memory, device
/// memory, files. A value is freed, through [PoolConfig#closer()], when it has left the pool and its
/// last lease has ended, and is charged until then. For plain heap values, which can be handed out as
/// they are, there is [ValuePool].
///
/// A pool is a [PressureSource] by itself: register it with the broker, or install
/// `dev.isobar.pool.guice.PoolModule`.
///
/// *Safe for several threads.* A hit takes no lock; eviction does not stop readers; loaders, sizers,
/// priorities, closers and listeners are called with no lock held. A hit costs O(1); an insert O(1)
/// and, if it evicts with a steady priority, O(log n) a victim in the long run.
///
/// @param <K> the type of keys: immutable, with `equals` and `hashCode`
/// @param <V> the type of values
public sealed class PagedResourcePool<K, V> implements PressureSource, AutoCloseable
        permits ValuePool {

    private final PoolConfig<K, V> config;
    private final LongSupplier clock;
    private final ByteLedger ledger;
    private final PoolCounters counters = new PoolCounters();
    private final Callbacks callbacks;
    private final Losses<K, V> losses;
    private final Disposer<K, V> disposer;
    private final EntryTable<K, V> table;
    private final Sizes<K, V> sizes;
    private final Room<K, V> room;
    private final Loads<K, V> loads;
    private final LeakDetector leaks;
    private volatile boolean closed;

    /// Makes an empty pool.
    public PagedResourcePool(PoolConfig<K, V> config) {
        this.config = Objects.requireNonNull(config, "config");
        long epochNanos = config.nanoClock().getAsLong();
        clock = () -> config.nanoClock().getAsLong() - epochNanos;
        ledger = new ByteLedger(config.limitBytes());
        callbacks = new Callbacks(config.name());
        losses = new Losses<>(config.priority(), clock, callbacks, ledger::limitBytes);
        disposer = new Disposer<>(ledger, config.closer(), callbacks);
        table =
                new EntryTable<>(
                        ledger,
                        disposer,
                        losses,
                        counters,
                        config.demotion(),
                        config.listener(),
                        callbacks);
        sizes = new Sizes<>(config, ledger, table);
        room = new Room<>(config, ledger, table, disposer);
        leaks = new LeakDetector(config.name(), config.leakDetection());
        loads = new Loads<>(config, clock, sizes, ledger, table, room, disposer, counters, leaks);
    }

    /// Leases the value of a key, if it is here. Counts a hit or a miss.
    ///
    /// @throws PoolClosedException if the pool is closed
    public Optional<Lease<V>> acquire(K key) {
        requireOpen();
        int hash = Entry.hashOf(key);
        Lease<V> lease = lease(key, hash);
        if (lease == null) {
            miss(hash);
            return Optional.empty();
        }
        return Optional.of(lease);
    }

    /// Leases the value of a key, if it is here and somebody has a lease on it. That takes nothing from
    /// what could be evicted. Counts a hit, but no miss.
    ///
    /// @throws PoolClosedException if the pool is closed
    public Optional<Lease<V>> share(K key) {
        requireOpen();
        Entry<K, V> entry = table.find(key);
        if (entry == null || !table.sharePin(entry)) {
            return Optional.empty();
        }
        losses.found(entry, counters.hits.increment());
        return Optional.of(new EntryLease<>(table, entry, leaks));
    }

    /// Whether a key has an entry. Counts nothing; a snapshot.
    public boolean contains(K key) {
        Entry<K, V> entry = table.find(key);
        return entry != null && !entry.isRetired();
    }

    /// Whether a key's entry has this very value. Counts nothing; a snapshot.
    public boolean contains(K key, V value) {
        Entry<K, V> entry = table.find(key);
        return entry != null && holds(entry, value);
    }

    /// Leases the value of a key, and loads it if it is not here: once, however many callers ask.
    /// Room for it is reserved before the load, by [PoolConfig#estimate()]. The loader runs on the
    /// load executor, so that a caller that is interrupted disturbs neither it nor the others.
    ///
    /// @throws LoadFailedException if the loader threw; nothing is cached, and the next caller tries
    ///     again
    /// @throws dev.isobar.broker.ResourceRefusedException if there is no room, because all that is
    ///     here is pinned or may not be evicted; nothing was evicted in vain
    /// @throws IllegalStateException if a loader waits for itself, be it by way of other loaders
    /// @throws PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread was interrupted; the load goes on
    public Lease<V> acquire(K key, Loader<K, V> loader) throws InterruptedException {
        try {
            return acquireOrLoad(key, loader, null);
        } catch (TimeoutException e) {
            throw new AssertionError("a wait without a timeout timed out", e);
        }
    }

    /// As [#acquire(Object, Loader)], but waits no longer than `timeout`.
    ///
    /// @throws TimeoutException if the value is not there in time; the load goes on, and what it
    ///     brings is cached
    public Lease<V> acquire(K key, Loader<K, V> loader, Duration timeout)
            throws InterruptedException, TimeoutException {
        return acquireOrLoad(key, loader, Objects.requireNonNull(timeout, "timeout"));
    }

    /// Asks for a key's value without waiting: a lease on it, the duty to load it, or a place among
    /// those who wait for it. See [Turn] for how to load many keys with one call.
    ///
    /// @param estimateBytes how much to reserve if this caller is to load; at least 0
    /// @throws dev.isobar.broker.ResourceRefusedException if this caller would have to load, and there
    ///     is no room
    /// @throws IllegalArgumentException if `estimateBytes` is negative
    /// @throws PoolClosedException if the pool is closed
    public Turn<V> join(K key, long estimateBytes) {
        if (estimateBytes < 0) {
            throw new IllegalArgumentException(
                    "pool %s: estimateBytes must be at least 0: %d"
                            .formatted(name(), estimateBytes));
        }
        int hash = Entry.hashOf(key);
        while (true) {
            requireOpen();
            Lease<V> lease = lease(key, hash);
            if (lease != null) {
                return new Turn.Hit<>(lease);
            }
            Turn<V> turn = loads.join(key, estimateBytes);
            if (turn != null) {
                losses.missed(hash);
                return turn;
            }
        }
    }

    /// As [#join(Object, long)], but evicts nothing.
    ///
    /// @param bytes how much to reserve if this caller is to load; at least 0
    /// @return nothing, if so much is not free
    /// @throws PoolClosedException if the pool is closed
    public Optional<Turn<V>> joinIfFree(K key, long bytes) {
        if (!ledger.tryReserve(bytes, 0)) {
            return Optional.empty();
        }
        Turn<V> turn = null;
        try {
            turn = join(key, 0);
            return Optional.of(turn);
        } finally {
            if (turn instanceof Turn.Lead<V>(LoadTicket<V> ticket)) {
                mine(ticket).flight().reservedBytes = bytes;
            } else {
                ledger.unreserve(bytes);
            }
        }
    }

    /// Puts a value in, in place of any that is there, with an unknown load cost. The pool owns it if
    /// the answer is `Stored`; if it is `Refused`, the caller keeps it. Putting the very value that is
    /// there changes nothing; a value that has left the pool, leased or not, is the pool's to free, and
    /// must not be put again.
    ///
    /// @throws PoolClosedException if the pool is closed
    public PutResult put(K key, V value) {
        return put(key, value, Duration.ZERO);
    }

    /// As [#put(Object, Object)], and says what the value cost to make.
    ///
    /// @param loadCost at least 0; zero for unknown
    /// @throws IllegalArgumentException if `loadCost`, or the sizer's answer, is negative
    public PutResult put(K key, V value, Duration loadCost) {
        requireOpen();
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        if (loadCost.isNegative()) {
            throw new IllegalArgumentException("loadCost must be at least 0: " + loadCost);
        }
        long bytes = sizes.of(value);
        Entry<K, V> old = table.find(key);
        if (old != null && holds(old, value)) {
            return new PutResult.Stored(old.bytes());
        }
        ResourceRefusal refusal =
                bytes > ledger.limitBytes() ? room.refusal(bytes) : room.reserve(bytes, old);
        if (refusal != null) {
            counters.refusals.increment();
            return new PutResult.Refused(refusal);
        }
        var birth = table.birth(losses.loadedNow(), loadCost.toNanos());
        Entry<K, V> entry = table.entry(key, value, bytes, birth, 0);
        table.put(entry);
        if (closed) {
            table.retire(entry, RemovalCause.CLOSED);
        }
        return new PutResult.Stored(bytes);
    }

    /// Drops the entry of a key, whatever its priority. Open leases on it stay valid; its bytes are
    /// charged until they end. A load of the key that is running is not cached.
    ///
    /// @return whether there was an entry
    public boolean invalidate(K key) {
        loads.invalidate(key);
        return table.retire(key, RemovalCause.INVALIDATED);
    }

    /// Drops the entry of a key here and in the tiers below, whatever the order in which others move its
    /// value about meanwhile: see [#change].
    ///
    /// @param below forgets the key in the tiers below, as [TierChain#forget] does
    /// @return whether there was an entry here
    public boolean invalidate(K key, Runnable below) {
        return change(
                key,
                () -> {
                    boolean dropped = invalidate(key);
                    below.run();
                    return dropped;
                });
    }

    /// Changes what a key stands for, here and in the tiers below. What is being loaded or brought under
    /// that key when this begins, or begins to be before it ends, goes to those who asked for it, and
    /// does not stay in the pool. What `change` itself puts in does.
    ///
    /// @param change called once, on this thread, with no lock held; may wait for a disk
    public <R> R change(K key, Supplier<R> change) {
        loads.bar(key);
        try {
            return change.get();
        } finally {
            loads.lift(key);
        }
    }

    /// Brings a value back from where it was put away. Counts neither a hit, a miss, nor a load. An
    /// entry that has come meanwhile stays, and what was fetched is freed. If the key was invalidated
    /// meanwhile, or there is no room, the value does not stay in the pool: the lease is all there is.
    ///
    /// @param fetch called once, on this thread, with no lock held; what it returns is the pool's, in
    ///     any case; null: there is nothing
    /// @return a lease on the entry; empty if there was nothing
    /// @throws PoolClosedException if the pool is closed; the value is freed
    public Optional<Lease<V>> bring(K key, Supplier<? extends @Nullable V> fetch) {
        requireOpen();
        return Optional.ofNullable(loads.bring(key, fetch));
    }

    /// Evicts the entry of a key, though others may be worth less: for an owner who knows more than the
    /// priority does.
    ///
    /// @return what became free, in bytes; 0 if it is not here, is leased, or may not be evicted
    public long evict(K key) {
        return room.evict(key, RemovalCause.RECLAIM);
    }

    /// The keys of the entries that could go now, the one worth least first. A snapshot; asks the
    /// priority about every entry, and sorts: O(n log n).
    public List<K> ranking() {
        return room.ranking();
    }

    /// Drops every entry as [#invalidate] does, and sets the counters back to zero.
    ///
    /// @return how many entries were dropped
    public long clear() {
        loads.invalidateAll();
        long dropped = dropAll(RemovalCause.CLEARED);
        counters.reset();
        return dropped;
    }

    /// Changes the limit. If there is more in the pool, the least valuable entries go until it is met
    /// or nothing more can go; readers are not stopped.
    ///
    /// @param limitBytes at least 0; at 0 nothing can enter
    /// @throws IllegalArgumentException if `limitBytes` is negative
    public ResizeResult limitBytes(long limitBytes) {
        if (limitBytes < 0 || limitBytes > Long.MAX_VALUE - config.overdraftBytes()) {
            throw new IllegalArgumentException(
                    "pool %s: limitBytes must be at least 0 and fit a long with the overdraft: %d"
                            .formatted(name(), limitBytes));
        }
        ledger.limitBytes(limitBytes);
        long freed = room.free(ledger.excess(0, limitBytes), RemovalCause.LIMIT, () -> closed);
        long over = Math.max(0, ledger.excess(0, limitBytes));
        return new ResizeResult(limitBytes, freed, over);
    }

    /// The limit, in bytes.
    public long limitBytes() {
        return ledger.limitBytes();
    }

    /// Everything that is charged, in bytes: entries, values that left the pool or bypassed it and
    /// are still leased, and reservations of loads in flight.
    public long usedBytes() {
        return ledger.usedBytes();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Resource resource() {
        return config.resource();
    }

    @Override
    public Usage usage() {
        table.unslotAll();
        long stuck = ledger.pinnedBytes() + ledger.detachedBytes() + ledger.bypassedBytes();
        return new Usage(
                Math.max(0, ledger.usedBytes()),
                ledger.limitBytes(),
                Math.max(0, stuck),
                ledger.idleBytes());
    }

    /// Frees the least valuable entries until enough is free, the request has expired, or nothing
    /// more can go. Only what is really freed counts: not what is leased, nor what could not be
    /// closed.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        RemovalCause cause =
                request.tier() == PressureTier.CRITICAL
                        ? RemovalCause.EMERGENCY
                        : RemovalCause.RECLAIM;
        long freed = room.free(request.bytes(), cause, request::expired);
        return ReclaimResult.freed(
                request.bytes(),
                freed,
                request.expired() ? "out of time" : "the rest is pinned, in flight or kept");
    }

    @Override
    public boolean closed() {
        return closed;
    }

    /// The pool's figures now.
    public PoolStats stats() {
        table.unslotAll();
        return counters.stats(
                name(),
                table.size(),
                ledger,
                loads.inFlight(),
                leaks.lost(),
                disposer.failedCount(),
                callbacks.failures());
    }

    /// All entries now, in no order. O(n); for reports and tests.
    public List<EntrySnapshot> snapshot() {
        table.unslotAll();
        long now = clock.getAsLong();
        return table.entries().stream()
                .filter(each -> !each.isRetired())
                .map(each -> losses.snapshot(each, now))
                .toList();
    }

    /// The leases that are open and watched ([PoolConfig#leakDetection()]), with their holders.
    public List<OpenLease> openLeases() {
        return leaks.open();
    }

    /// Closes the pool: it takes nothing new, waiting callers get a [PoolClosedException], and every
    /// entry goes. Open leases stay valid, and their values are freed when they end; if there are any,
    /// a warning names those that are watched. Idempotent.
    @Override
    public void close() {
        boolean first = !closed;
        closed = true;
        loads.close();
        dropAll(RemovalCause.CLOSED);
        disposer.retryFailed();
        if (first && ledger.usedBytes() > 0) {
            callbacks.stillCharged(ledger.usedBytes(), leaks.open());
        }
    }

    @Override
    public String toString() {
        return "%s[%s, used=%d, limit=%d]"
                .formatted(getClass().getSimpleName(), name(), usedBytes(), limitBytes());
    }

    /// Finds a value without pinning it, and counts a hit or a miss. For values that need no lease.
    @Nullable V find(K key) {
        requireOpen();
        int hash = Entry.hashOf(key);
        Entry<K, V> entry = table.find(key, hash);
        if (entry == null) {
            miss(hash);
            return null;
        }
        losses.found(entry, counters.hits.increment());
        return entry.value;
    }

    private Lease<V> acquireOrLoad(K key, Loader<K, V> loader, @Nullable Duration timeout)
            throws InterruptedException, TimeoutException {
        Objects.requireNonNull(loader, "loader");
        return switch (join(key, sizes.estimate(key))) {
            case Turn.Hit<V>(Lease<V> lease) -> lease;
            case Turn.Lead<V>(LoadTicket<V> ticket) -> loads.load(mine(ticket), loader, timeout);
            case Turn.Wait<V>(PendingLoad<V> pending) -> {
                try (pending) {
                    yield timeout == null ? pending.await() : pending.await(timeout);
                }
            }
        };
    }

    @SuppressWarnings("unchecked") // tickets are made by our own loads only
    private FlightTicket<K, V> mine(LoadTicket<V> ticket) {
        return (FlightTicket<K, V>) ticket;
    }

    /// Finds an entry, pins it, and counts a hit. A lease that is watched is in no slot, or the collector would
    /// not see that it was lost.
    private @Nullable Lease<V> lease(K key, int hash) {
        boolean watched = leaks.isDue();
        Entry<K, V> entry = table.find(key, hash);
        EntryLease<K, V> lease = entry == null || watched ? null : table.slotLease(entry);
        if (lease == null) {
            entry = table.pin(key, hash, entry);
            if (entry == null) {
                return null;
            }
            lease = new EntryLease<>(table, entry, leaks, watched);
        }
        losses.found(lease.entry, counters.hits.increment());
        return lease;
    }

    /// A pool that is being closed is emptied: what it does not have any more is not a miss.
    private void miss(int hash) {
        requireOpen();
        losses.missed(hash, counters.misses.increment());
    }

    @SuppressWarnings("ReferenceEquality") // an equal value is another one, with its own memory
    private static <V> boolean holds(Entry<?, V> entry, V value) {
        return entry.value == value && !entry.isRetired();
    }

    private long dropAll(RemovalCause cause) {
        long dropped = 0;
        for (Entry<K, V> entry : table.entries()) {
            if (table.retire(entry, cause)) {
                dropped++;
            }
        }
        return dropped;
    }

    private void requireOpen() {
        if (closed) {
            throw new PoolClosedException(name());
        }
    }
}
