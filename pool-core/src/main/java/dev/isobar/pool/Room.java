package dev.isobar.pool;

import dev.isobar.broker.ResourceRefusal.TierExhausted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes room: for a newcomer, all or nothing; for the broker, as much as it can.
final class Room<K, V> {

    /// How often room is looked for at first, and then while others are looking, too: what they hold may
    /// be spared.
    private static final int ATTEMPTS = 64;

    private static final long PAUSE_NANOS = 1_000;

    /// How many evictors have begun, and with it how many have ended: each thread writes where no other
    /// does, and only who is refused looks at all.
    private final StripedCounter evictors = new StripedCounter();

    private final String pool;
    private final ByteLedger ledger;
    private final EntryTable<K, V> table;
    private final Disposer<K, V> disposer;
    private final double lowWater;
    private final long overdraftBytes;

    Room(
            PoolConfig<K, V> config,
            ByteLedger ledger,
            EntryTable<K, V> table,
            Disposer<K, V> disposer) {
        this.pool = config.name();
        this.ledger = ledger;
        this.table = table;
        this.disposer = disposer;
        this.lowWater = config.lowWater();
        this.overdraftBytes = config.overdraftBytes();
    }

    /// Reserves bytes, and evicts what is in the way. The victims are held first, then the bytes are
    /// reserved in their place, and only then do they go: if there are too few of them, none goes;
    /// and nobody else can take the room that they leave.
    ///
    /// @param replaced the entry in whose place the newcomer will stand: it goes first, if it is idle
    /// @return null if the bytes are reserved, else why not
    @Nullable TierExhausted reserve(long bytes, @Nullable Entry<K, V> replaced) {
        if (ledger.tryReserve(bytes, 0)) {
            return null;
        }
        disposer.retryFailed();
        TierExhausted refusal = makeRoom(bytes, replaced);
        for (int attempt = 1; refusal != null && attempt < ATTEMPTS; attempt++) {
            long endedBefore = evictors.secondSum();
            refusal = makeRoom(bytes, replaced);
            if (evictors.sum() - endedBefore == 1) {
                return refusal; // nobody else was looking
            }
            LockSupport.parkNanos(PAUSE_NANOS); // what another evictor holds may come back
        }
        return refusal;
    }

    private @Nullable TierExhausted makeRoom(long bytes, @Nullable Entry<K, V> replaced) {
        evictors.add(1, 0);
        try {
            if (replaced != null || lowWater < 1) {
                return tryMakeRoom(bytes, replaced, null);
            }
            Entry<K, V> victim = table.nextVictim(bytes);
            if (victim == null || !fitsInPlaceOf(victim, bytes)) {
                return tryMakeRoom(bytes, null, victim);
            }
            return table.evictNext(victim, RemovalCause.ROOM, bytes) > 0
                    ? null
                    : tryMakeRoom(bytes, null, null);
        } finally {
            evictors.add(0, 1);
        }
    }

    /// Whether nothing is wanted but what one entry leaves, as nearly always where values have one size:
    /// then its bytes are handed over, and the ledger need not change.
    private boolean fitsInPlaceOf(Entry<K, V> victim, long bytes) {
        return bytes > 0 && bytes <= victim.bytes() && ledger.excess(0, ledger.limitBytes()) <= 0;
    }

    /// @param first a victim that is held already
    private @Nullable TierExhausted tryMakeRoom(
            long bytes, @Nullable Entry<K, V> replaced, @Nullable Entry<K, V> first) {
        List<Entry<K, V>> victims = new ArrayList<>();
        boolean replacing = replaced != null && table.holdVictim(replaced);
        long held = 0;
        if (replacing && replaced != null) {
            victims.add(replaced);
            held = replaced.bytes();
        }
        if (first != null) {
            victims.add(first);
            held += first.bytes();
        }
        while (!ledger.tryReserve(bytes, held)) {
            Entry<K, V> victim = table.nextVictim(bytes);
            if (victim == null) {
                if (ledger.tryReserve(bytes, held + overdraftBytes)) {
                    break;
                }
                victims.forEach(table::spare);
                return refusal(bytes);
            }
            victims.add(victim);
            held += victim.bytes();
        }
        addSlack(victims, held, bytes);
        long missing = 0;
        for (Entry<K, V> victim : victims) {
            long freed =
                    replacing && victim == replaced
                            ? table.evict(victim, RemovalCause.REPLACED)
                            : table.evictNext(victim, RemovalCause.ROOM, 0);
            missing += victim.bytes() - freed;
        }
        return missing == 0 || makeUp(missing) ? null : giveUp(bytes);
    }

    /// Finds other victims in place of those that were leased, or could not be freed, at the last
    /// moment.
    private boolean makeUp(long missingBytes) {
        long excess = Math.min(missingBytes, ledger.excess(0, ledger.limitBytes()));
        long freed = free(excess, RemovalCause.ROOM, () -> false);
        return freed >= excess || ledger.excess(0, ledger.limitBytes()) <= overdraftBytes;
    }

    private TierExhausted giveUp(long bytes) {
        ledger.unreserve(bytes);
        return refusal(bytes);
    }

    /// Frees at least so many bytes, the least valuable entries first, until it is told to stop.
    ///
    /// @return what was freed
    long free(long wantedBytes, RemovalCause cause, BooleanSupplier stop) {
        if (wantedBytes <= 0) {
            return 0;
        }
        return among(() -> evict(wantedBytes, cause, stop));
    }

    /// Evicts the entry of a key, if it is idle and may go.
    ///
    /// @return what was freed
    long evict(K key, RemovalCause cause) {
        return among(() -> table.evict(key, cause));
    }

    /// The keys of those that could go now, the one worth least first.
    List<K> ranking() {
        return among(table::ranking);
    }

    /// Does something that holds entries.
    private <T> T among(Supplier<T> work) {
        evictors.add(1, 0);
        try {
            return work.get();
        } finally {
            evictors.add(0, 1);
        }
    }

    private long evict(long wantedBytes, RemovalCause cause, BooleanSupplier stop) {
        long freed = disposer.retryFailed();
        while (freed < wantedBytes && !stop.getAsBoolean()) {
            Entry<K, V> victim = table.nextVictim(0);
            if (victim == null) {
                break;
            }
            freed += table.evictNext(victim, cause, 0);
        }
        return freed;
    }

    /// Why so many bytes cannot be had.
    TierExhausted refusal(long bytes) {
        table.unslotAll();
        String detail =
                "limit=%d, used=%d, pinned=%d, detached=%d, reserved=%d"
                        .formatted(
                                ledger.limitBytes(),
                                ledger.usedBytes(),
                                ledger.pinnedBytes(),
                                ledger.detachedBytes(),
                                ledger.reservedBytes());
        long free = Math.max(0, -ledger.excess(0, ledger.limitBytes()));
        return new TierExhausted("pool " + pool, bytes, free + ledger.idleBytes(), 0, detail);
    }

    /// Adds victims down to the low-water mark, if the newcomer itself is below it.
    private void addSlack(List<Entry<K, V>> victims, long heldBytes, long bytes) {
        long mark = (long) (ledger.limitBytes() * lowWater);
        long held = heldBytes;
        while (lowWater < 1 && bytes <= mark && ledger.excess(0, mark) > held) {
            Entry<K, V> victim = table.nextVictim(0);
            if (victim == null) {
                return;
            }
            victims.add(victim);
            held += victim.bytes();
        }
    }
}
