package dev.isobar.pool;

import dev.isobar.broker.ResourceRefusal.TierExhausted;
import dev.isobar.broker.ResourceRefusedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Single flight: for each key at most one load at a time, whose leader alone puts the value into the
/// pool.
///
/// Order of events, so that nobody loads twice: a leader registers its flight, then looks into the
/// table once more; it puts the entry into the table, then takes its flight away, then lands it.
final class Loads<K, V> {

    private final PoolConfig<K, V> config;
    private final LongSupplier clock;
    private final Sizes<K, V> sizes;
    private final ByteLedger ledger;
    private final EntryTable<K, V> table;
    private final Room<K, V> room;
    private final Disposer<K, V> disposer;
    private final PoolCounters counters;
    private final LeakDetector leaks;

    /// The flights that callers of a key join: one a key, until it lands or the key is invalidated.
    private final ConcurrentHashMap<K, Flight<K, V>> flights = new ConcurrentHashMap<>();

    /// All flights that have not landed, also those of invalidated keys.
    private final Set<Flight<K, V>> running = ConcurrentHashMap.newKeySet();

    /// The flights of values that are brought from elsewhere; nobody joins them.
    private final Set<Flight<K, V>> arriving = ConcurrentHashMap.newKeySet();

    /// The keys that are being changed, and by how many.
    private final ConcurrentHashMap<K, Integer> barred = new ConcurrentHashMap<>();

    private volatile boolean closed;

    Loads(
            PoolConfig<K, V> config,
            LongSupplier clock,
            Sizes<K, V> sizes,
            ByteLedger ledger,
            EntryTable<K, V> table,
            Room<K, V> room,
            Disposer<K, V> disposer,
            PoolCounters counters,
            LeakDetector leaks) {
        this.config = config;
        this.clock = clock;
        this.sizes = sizes;
        this.ledger = ledger;
        this.table = table;
        this.room = room;
        this.disposer = disposer;
        this.counters = counters;
        this.leaks = leaks;
    }

    int inFlight() {
        return running.size();
    }

    /// Leads or joins the load of a key that was not found.
    ///
    /// @return null if the key's value has turned up meanwhile
    @Nullable Turn<V> join(K key, long estimateBytes) {
        while (true) {
            Flight<K, V> running = flights.get(key);
            if (running != null) {
                if (running.join()) {
                    counters.sharedLoads.increment();
                    return new Turn.Wait<>(new FlightSeat<>(running, table, leaks));
                }
                flights.remove(key, running);
            } else if (table.find(key) != null) {
                return null;
            } else {
                Flight<K, V> flight = new Flight<>(key, clock.getAsLong());
                if (flights.putIfAbsent(key, flight) == null) {
                    if (barred.containsKey(key)) {
                        invalidate(key);
                    }
                    return lead(flight, estimateBytes);
                }
            }
        }
    }

    /// Loads on the load executor, and waits.
    Lease<V> load(FlightTicket<K, V> ticket, Loader<K, V> loader, @Nullable Duration timeout)
            throws InterruptedException, TimeoutException {
        Flight<K, V> flight = ticket.flight();
        flight.join(); // if the pool was closed meanwhile, waiting says so
        try (var seat = new FlightSeat<>(flight, table, leaks)) {
            start(ticket, loader);
            return seat.await(timeout);
        }
    }

    /// Lands a flight with a value, which is the pool's from now on.
    Lease<V> publish(Flight<K, V> flight, V value) {
        Entry<K, V> entry = enter(flight, value);
        flight.land(entry, false);
        return new EntryLease<>(table, entry, leaks);
    }

    /// As [#publish], for a loader that wants no lease of its own: when the waiters wake, theirs are
    /// the only pins.
    void publishToWaiters(Flight<K, V> flight, V value) {
        Entry<K, V> entry = enter(flight, value);
        if (!flight.land(entry, true)) {
            table.unpin(entry);
        }
    }

    /// Puts a loaded value where it belongs, and takes the flight away; what is left is to land it.
    private Entry<K, V> enter(Flight<K, V> flight, V value) {
        Entry<K, V> entry;
        try {
            entry = admit(flight, Objects.requireNonNull(value, "the loaded value"));
        } catch (Throwable t) {
            fail(flight, t);
            throw t;
        }
        counters.loads.increment();
        counters.loadNanos.add(clock.getAsLong() - flight.startNanos);
        takeAway(flight);
        return entry;
    }

    /// Lands a flight with a failure.
    void fail(Flight<K, V> flight, Throwable cause) {
        counters.loadFailures.increment();
        takeAway(flight);
        ledger.unreserve(takeReservation(flight));
        flight.fail(asFailure(flight.key, cause));
    }

    /// Brings a value in without a load: see [PagedResourcePool#bring].
    @Nullable Lease<V> bring(K key, Supplier<? extends @Nullable V> fetch) {
        Flight<K, V> flight = new Flight<>(key, clock.getAsLong());
        arriving.add(flight);
        try {
            if (barred.containsKey(key)) {
                flight.forbidCaching();
            }
            V value = fetch.get();
            return value == null ? null : new EntryLease<>(table, arrive(flight, value), leaks);
        } finally {
            ledger.unreserve(takeReservation(flight));
            arriving.remove(flight);
        }
    }

    /// Makes an entry of a value that was brought, in the pool if there is room, with one pin.
    private Entry<K, V> arrive(Flight<K, V> flight, V value) {
        long bytes = measure(value);
        long nowNanos = clock.getAsLong();
        var birth = table.birth(nowNanos, nowNanos - flight.startNanos);
        if (closed) {
            discard(flight, value, bytes, birth);
            throw new PoolClosedException(config.name());
        }
        boolean stays =
                bytes <= ledger.limitBytes()
                        && flight.cacheable()
                        && adjustReservation(flight, bytes) == null;
        return stays
                ? settle(flight, table.entry(flight.key, value, bytes, birth, 1), birth)
                : outside(flight, value, bytes, birth);
    }

    /// Nothing of a key that is loaded or brought from now until [#lift] shall stay, nor what is being
    /// loaded or brought now. Whoever begins looks after he has registered, so none slips through.
    void bar(K key) {
        barred.merge(key, 1, Integer::sum);
        invalidate(key);
    }

    void lift(K key) {
        barred.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }

    /// The value of a key that is being loaded or brought shall not stay.
    void invalidate(K key) {
        Flight<K, V> flight = flights.remove(key);
        if (flight != null) {
            flight.forbidCaching();
        }
        for (Flight<K, V> each : arriving) {
            if (each.key.equals(key)) {
                each.forbidCaching();
            }
        }
    }

    void invalidateAll() {
        flights.keySet().forEach(this::invalidate);
        arriving.forEach(Flight::forbidCaching);
    }

    /// Ends all waiting. Loads that are running are not interrupted; what they bring is freed.
    void close() {
        closed = true;
        running.forEach(flight -> flight.fail(new PoolClosedException(config.name())));
        flights.clear();
    }

    private void takeAway(Flight<K, V> flight) {
        flights.remove(flight.key, flight);
        running.remove(flight);
    }

    private @Nullable Turn<V> lead(Flight<K, V> flight, long estimateBytes) {
        Entry<K, V> present = table.pin(flight.key);
        if (present != null) {
            flights.remove(flight.key, flight);
            if (!flight.land(present, true)) {
                table.unpin(present);
            }
            return null;
        }
        counters.misses.increment();
        boolean oversize = estimateBytes > ledger.limitBytes();
        TierExhausted refusal =
                oversize || estimateBytes == 0 ? null : room.reserve(estimateBytes, null);
        if (refusal != null) {
            throw refuse(flight, refusal);
        }
        flight.reservedBytes = oversize ? 0 : estimateBytes;
        var ticket = new FlightTicket<>(this, flight);
        running.add(flight);
        if (closed) {
            ticket.fail(new PoolClosedException(config.name()));
            throw new PoolClosedException(config.name());
        }
        return new Turn.Lead<>(ticket);
    }

    private ResourceRefusedException refuse(Flight<K, V> flight, TierExhausted refusal) {
        counters.refusals.increment();
        var refused = new ResourceRefusedException(refusal);
        flights.remove(flight.key, flight);
        flight.fail(refused);
        return refused;
    }

    private void start(FlightTicket<K, V> ticket, Loader<K, V> loader) {
        Flight<K, V> flight = ticket.flight();
        Runnable task = () -> run(ticket, loader);
        try {
            config.loadExecutor().execute(() -> flight.load(task));
        } catch (Throwable t) { // an executor out of threads throws an Error
            ticket.fail(t);
        }
    }

    private void run(FlightTicket<K, V> ticket, Loader<K, V> loader) {
        try {
            ticket.publishToWaiters(loader.load(ticket.flight().key));
        } catch (Throwable t) {
            ticket.fail(t); // no effect if publishing has failed: everybody knows then
        }
    }

    /// Makes an entry of a value, in the pool if possible, with one pin for the caller.
    private Entry<K, V> admit(Flight<K, V> flight, V value) {
        long bytes = measure(value);
        long nowNanos = clock.getAsLong();
        var birth = table.birth(nowNanos, nowNanos - flight.startNanos);
        if (closed) {
            discard(flight, value, bytes, birth);
            throw new PoolClosedException(config.name());
        }
        if (bytes > ledger.limitBytes() || !flight.cacheable()) {
            return outside(flight, value, bytes, birth);
        }
        TierExhausted refusal = adjustReservation(flight, bytes);
        if (refusal != null) {
            discard(flight, value, bytes, birth);
            counters.refusals.increment();
            throw new ResourceRefusedException(refusal);
        }
        return settle(flight, table.entry(flight.key, value, bytes, birth, 1), birth);
    }

    private long measure(V value) {
        try {
            return sizes.of(value);
        } catch (Throwable t) {
            disposer.discard(value);
            throw t;
        }
    }

    /// Puts an entry into the table, unless its key has been invalidated or filled meanwhile.
    private Entry<K, V> settle(Flight<K, V> flight, Entry<K, V> entry, Entry.Birth birth) {
        Entry<K, V> winner =
                flight.ifCacheable( // a pinned entry enters without a call of foreign code
                        () -> Objects.requireNonNullElse(table.putIfAbsent(entry), entry));
        if (winner == entry) {
            flight.reservedBytes = 0;
            if (closed) {
                table.retire(entry, RemovalCause.CLOSED);
            }
            return entry;
        }
        if (winner == null) {
            return outside(flight, entry.value, entry.bytes(), birth);
        }
        discard(flight, entry.value, entry.bytes(), birth);
        return winner;
    }

    /// Keeps a value outside the pool, for as long as its leases last.
    private Entry<K, V> outside(Flight<K, V> flight, V value, long bytes, Entry.Birth birth) {
        counters.bypasses.increment();
        ledger.bypass(bytes);
        ledger.unreserve(takeReservation(flight));
        return Entry.detached(flight.key, value, bytes, birth, true);
    }

    /// Frees a value that nobody gets.
    private void discard(Flight<K, V> flight, V value, long bytes, Entry.Birth birth) {
        ledger.bypass(bytes);
        ledger.unreserve(takeReservation(flight));
        Entry<K, V> entry = Entry.detached(flight.key, value, bytes, birth, true);
        disposer.book(entry, entry.unpin());
    }

    private @Nullable TierExhausted adjustReservation(Flight<K, V> flight, long bytes) {
        long missing = bytes - flight.reservedBytes;
        if (missing <= 0) {
            ledger.unreserve(-missing);
        } else {
            TierExhausted refusal = room.reserve(missing, null);
            if (refusal != null) {
                return refusal;
            }
        }
        flight.reservedBytes = bytes;
        return null;
    }

    private static long takeReservation(Flight<?, ?> flight) {
        long bytes = flight.reservedBytes;
        flight.reservedBytes = 0;
        return bytes;
    }

    private RuntimeException asFailure(K key, Throwable cause) {
        return switch (cause) {
            case ResourceRefusedException refused -> refused;
            case PoolClosedException poolClosed -> poolClosed;
            case LoadFailedException failed -> failed;
            default -> new LoadFailedException(config.name(), String.valueOf(key), cause);
        };
    }
}
