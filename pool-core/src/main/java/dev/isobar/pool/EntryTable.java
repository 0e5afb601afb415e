package dev.isobar.pool;

import dev.isobar.pool.Entry.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The entries of a pool by key, and the only place where they come, go, are pinned and unpinned, so
/// that map, victim order and ledger agree.
final class EntryTable<K, V> {

    private final EntryMap<K, V> map = new EntryMap<>();
    private final PinSlots slots = new PinSlots();
    private final AtomicLong sequence = new AtomicLong();

    private final ByteLedger ledger;
    private final Disposer<K, V> disposer;
    private final Losses<K, V> losses;
    private final VictimOrder<K, V> order;
    private final PoolCounters counters;
    private final Demotion<K, V> demotion;
    private final @Nullable Passages<K> departures; // null: nobody wants what leaves
    private final PoolListener<K> listener;
    private final Callbacks callbacks;

    EntryTable(
            ByteLedger ledger,
            Disposer<K, V> disposer,
            Losses<K, V> losses,
            PoolCounters counters,
            Demotion<K, V> demotion,
            PoolListener<K> listener,
            Callbacks callbacks) {
        this.ledger = ledger;
        this.disposer = disposer;
        this.counters = counters;
        this.demotion = demotion;
        this.departures = demotion instanceof NoDemotion ? null : new Passages<>();
        this.listener = listener;
        this.callbacks = callbacks;
        this.losses = losses;
        this.order = order(losses);
    }

    private VictimOrder<K, V> order(Losses<K, V> losses) {
        Adaptation adaptation = losses.adaptation();
        if (adaptation != null) {
            return new StripedOrder<>(
                    new AdaptiveOrder<>(losses, adaptation, ledger::limitBytes, new TableHolds()),
                    adaptation::entries);
        }
        return losses.steady()
                ? new HeapOrder<>(losses, new TableHolds())
                : new SampleOrder<>(losses, new TableHolds());
    }

    /// Holds as the order knows them.
    private final class TableHolds implements Holds<K, V> {
        @Override
        public void unhold(Entry<K, V> entry) {
            EntryTable.this.unhold(entry);
        }

        @Override
        public boolean tryHold(Entry<K, V> entry) {
            return EntryTable.this.tryHold(entry);
        }
    }

    @Nullable Entry<K, V> find(K key) {
        return map.get(key, Entry.hashOf(key));
    }

    /// @param hash the key's, by [Entry#hashOf]
    @Nullable Entry<K, V> find(K key, int hash) {
        return map.get(key, hash);
    }

    List<Entry<K, V>> entries() {
        return map.entries();
    }

    long size() {
        return map.size();
    }

    /// The circumstances of an entry that comes in now.
    Entry.Birth birth(long nowNanos, long loadCostNanos) {
        long number = losses.adaptation() == null ? sequence.getAndIncrement() : 0;
        return new Entry.Birth(number, nowNanos, loadCostNanos, losses.inflation());
    }

    /// An entry for this pool, which is not in it yet.
    ///
    /// @param pins how many it has to begin with
    Entry<K, V> entry(K key, V value, long bytes, Entry.Birth birth, int pins) {
        return losses.entry(key, value, bytes, birth, pins);
    }

    /// Pins an entry by a slot, if that can be.
    @Nullable EntryLease<K, V> slotLease(Entry<K, V> entry) {
        return slots.lease(this, entry);
    }

    /// Finds an entry and pins it. A retired one that is still in the map is taken out of the way.
    @Nullable Entry<K, V> pin(K key) {
        int hash = Entry.hashOf(key);
        return pin(key, hash, map.get(key, hash));
    }

    /// @param hash the key's, by [Entry#hashOf]
    /// @param found the key's entry
    @Nullable Entry<K, V> pin(K key, int hash, @Nullable Entry<K, V> found) {
        Entry<K, V> entry = found;
        while (entry != null) {
            Step step = entry.tryPin();
            if (step != Step.REFUSED) {
                if (step == Step.FIRST_PIN) {
                    ledger.pin(entry.bytes());
                }
                return entry;
            }
            map.remove(entry);
            entry = map.get(key, hash);
        }
        return null;
    }

    /// Takes a pin beside others: false if there is none, or the entry is retired.
    boolean sharePin(Entry<K, V> entry) {
        unslot(entry);
        return entry.trySharePin();
    }

    /// Counts a pin of an entry, held by the caller, that was in a slot.
    void addPin(Entry<K, V> entry) {
        disposer.book(entry, entry.addPin());
    }

    /// Moves all pins from slots into the words of their entries, so that figures are exact.
    void unslotAll() {
        slots.forEach(lease -> unslot(mine(lease)));
    }

    @SuppressWarnings("unchecked") // this table's slots hold this table's leases only
    private Entry<K, V> mine(EntryLease<?, ?> lease) {
        return (Entry<K, V>) lease.entry;
    }

    /// Moves the pins of an entry from slots into its word.
    private void unslot(Entry<K, V> entry) {
        if (entry.tryUnslot()) {
            slots.forEach(lease -> {
                if (lease.entry == entry) {
                    lease.count();
                }
            });
            unhold(entry);
        }
    }

    private boolean tryHold(Entry<K, V> entry) {
        unslot(entry);
        return entry.tryHold();
    }

    /// Gives a pin back.
    void unpin(Entry<K, V> entry) {
        Step step = entry.unpin();
        if (step == Step.LAST_PIN) {
            ledger.unpin(entry.bytes());
            order.idle(entry);
        } else if (step != Step.DONE) {
            disposer.book(entry, step);
        }
    }

    /// Puts an entry with no pins in, in place of whatever is there. Its bytes are reserved.
    void put(Entry<K, V> entry) {
        ledger.settle(entry.bytes());
        Entry<K, V> old = map.put(entry);
        if (old != null) {
            retire(old, RemovalCause.REPLACED);
        }
        revokeDepartures(entry.key);
        order.add(entry);
    }

    /// Puts an entry with one pin in, unless there is one already; that one is pinned then.
    ///
    /// @return null if the entry is in; else the one that is there
    @Nullable Entry<K, V> putIfAbsent(Entry<K, V> entry) {
        while (map.putIfAbsent(entry) != null) {
            Entry<K, V> present = pin(entry.key);
            if (present != null) {
                return present;
            }
        }
        ledger.settle(entry.bytes());
        ledger.pin(entry.bytes());
        order.add(entry);
        return null;
    }

    /// Takes an entry out, pinned or not.
    ///
    /// @return false if it had gone already
    boolean retire(Entry<K, V> entry, RemovalCause cause) {
        Step step = entry.retire();
        while (step == Step.SLOTTED) {
            unslot(entry);
            step = entry.retire();
        }
        if (step == Step.REFUSED) {
            return false;
        }
        map.remove(entry);
        order.remove(entry);
        disposer.book(entry, step);
        tell(entry, cause);
        return true;
    }

    /// Takes whatever entry a key has out, pinned or not; one that is being evicted is not wanted below
    /// any more.
    ///
    /// @return whether there was one
    boolean retire(K key, RemovalCause cause) {
        boolean retired = retireEntry(key, cause);
        revokeDepartures(key);
        return retired;
    }

    private boolean retireEntry(K key, RemovalCause cause) {
        while (true) {
            Entry<K, V> entry = find(key);
            if (entry == null) {
                return false;
            }
            if (retire(entry, cause)) {
                return true;
            }
            map.remove(entry);
        }
    }

    /// Takes the entry that is worth least, held.
    ///
    /// @param incomingBytes what the room is wanted for; 0 if for nothing in particular
    @Nullable Entry<K, V> nextVictim(long incomingBytes) {
        return order.next(incomingBytes);
    }

    /// Holds an entry as a victim, if it is idle.
    boolean holdVictim(Entry<K, V> entry) {
        if (!tryHold(entry)) {
            return false;
        }
        order.remove(entry);
        return true;
    }

    /// Spares a held victim.
    void spare(Entry<K, V> victim) {
        unhold(victim);
        order.giveBack(victim);
    }

    /// Evicts a victim of [#nextVictim], unless somebody has pinned it meanwhile.
    ///
    /// @param reservedBytes how many of its bytes are reserved for the caller, if they became free
    /// @return the bytes that became free, those included
    long evictNext(Entry<K, V> victim, RemovalCause cause, long reservedBytes) {
        return evict(victim, cause, reservedBytes, false);
    }

    /// The same with any held victim.
    long evict(Entry<K, V> victim, RemovalCause cause) {
        return evict(victim, cause, 0, true);
    }

    /// Its departure begins before it is retired: whoever does not find the entry finds the departure.
    ///
    /// @param listed whether, held before it was in the order, it may have come into it since
    private long evict(Entry<K, V> victim, RemovalCause cause, long reservedBytes, boolean listed) {
        try (var departure = departures == null ? null : departures.begin(victim.key)) {
            if (!victim.tryRetireHeld()) {
                spare(victim);
                return 0;
            }
            if (listed) {
                order.remove(victim);
            }
            return evicted(victim, cause, reservedBytes, departure);
        }
    }

    private void revokeDepartures(K key) {
        if (departures != null) {
            departures.revoke(key);
        }
    }

    /// Evicts the entry of a key, if it is idle and may go.
    ///
    /// @return the bytes that became free
    long evict(K key, RemovalCause cause) {
        Entry<K, V> entry = find(key);
        if (entry == null || !holdVictim(entry)) {
            return 0;
        }
        if (losses.evictable(entry)) {
            return evict(entry, cause);
        }
        spare(entry);
        return 0;
    }

    /// The keys of those that could go now, the one worth least first.
    List<K> ranking() {
        List<Ranked<K>> ranked = new ArrayList<>();
        for (Entry<K, V> entry : map.entries()) {
            if (tryHold(entry)) {
                double loss = losses.standing(entry);
                unhold(entry);
                if (loss != Losses.NEVER) {
                    ranked.add(new Ranked<>(entry.key, loss));
                }
            }
        }
        return ranked.stream()
                .sorted(Comparator.comparingDouble(Ranked::loss))
                .map(Ranked::key)
                .toList();
    }

    private record Ranked<K>(K key, double loss) {}

    private long evicted(
            Entry<K, V> victim,
            RemovalCause cause,
            long reservedBytes,
            @Nullable BooleanSupplier wanted) {
        map.remove(victim);
        if (wanted != null && cause.wasEvicted()) {
            demote(victim, cause, wanted);
        }
        long freed = disposer.freeResident(victim, reservedBytes);
        if (cause.wasEvicted()) {
            counters.evictions.increment();
            counters.evictedBytes.add(victim.bytes());
            losses.evicted(victim);
        }
        tell(victim, cause);
        return freed;
    }

    private void demote(Entry<K, V> victim, RemovalCause cause, BooleanSupplier wanted) {
        try {
            demotion.leaving(victim.key, victim.value, cause, wanted);
        } catch (Throwable t) {
            callbacks.failed("demotion", t);
        }
    }

    private void unhold(Entry<K, V> entry) {
        disposer.book(entry, entry.unhold());
        if (entry.isIdle()) {
            order.idle(entry);
        }
    }

    private void tell(Entry<K, V> entry, RemovalCause cause) {
        try {
            listener.removed(entry.key, entry.bytes(), cause);
        } catch (Throwable t) {
            callbacks.failed("listener", t);
        }
    }
}
