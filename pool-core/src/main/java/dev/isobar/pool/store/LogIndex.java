package dev.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Where a log's records are: of each key the one that was written last. Changed by one thread, read by
/// any.
final class LogIndex {

    private final ConcurrentMap<Fingerprint, Spot> spots = new ConcurrentHashMap<>();

    @Nullable Spot find(Fingerprint key) {
        return spots.get(key);
    }

    int count() {
        return spots.size();
    }

    /// A record was written, moved or found; an older one of its key is dead.
    void put(Fingerprint key, Spot spot) {
        Spot old = spots.get(key);
        if (old != null && old.sequence() > spot.sequence()) {
            return;
        }
        spots.put(key, spot);
        spot.segment().addLive(spot.bytes());
        if (old != null) {
            old.segment().addLive(-old.bytes());
        }
    }

    /// Forgets a key, if its record is still that one.
    boolean remove(Fingerprint key, Spot spot) {
        boolean removed = spots.remove(key, spot);
        if (removed) {
            spot.segment().addLive(-spot.bytes());
        }
        return removed;
    }

    /// Forgets a key, unless its record is newer.
    ///
    /// @return false if it is
    private boolean removeUpTo(Fingerprint key, long sequence) {
        Spot old = spots.get(key);
        return old == null || (old.sequence() <= sequence && remove(key, old));
    }

    /// Forgets everything in a segment.
    void removeAll(Segment segment) {
        spots.forEach((key, spot) -> {
            if (spot.segment() == segment) {
                remove(key, spot);
            }
        });
    }

    /// All keys and where their records are, in no order.
    List<Map.Entry<Fingerprint, Spot>> all() {
        return new ArrayList<>(spots.entrySet());
    }

    /// All keys, the last used or written first.
    List<Fingerprint> byUse(long nowNanos) {
        record Used(Fingerprint key, long idle, long sequence) {}
        List<Used> all = new ArrayList<>();
        spots.forEach((key, spot) ->
                all.add(new Used(key, nowNanos - spot.usedAtNanos(), spot.sequence())));
        all.sort(
                Comparator.comparingLong(Used::idle)
                        .thenComparing(Comparator.comparingLong(Used::sequence).reversed()));
        return all.stream().map(Used::key).toList();
    }

    /// Collects records as a log is read. Tombstones stay beside the index, so that no reader takes one
    /// for a value; they stay charged as live: something older may still lie on the disk.
    static final class Builder {

        private final LogIndex index;
        private final Map<Fingerprint, Spot> tombstones = new HashMap<>();

        Builder(LogIndex index) {
            this.index = index;
        }

        void add(LogRecord record, Spot spot) {
            Fingerprint key = record.key();
            Spot tombstone = tombstones.get(key);
            if (tombstone != null && tombstone.sequence() > spot.sequence()) {
                return;
            }
            if (!record.tombstone()) {
                drop(tombstones.remove(key));
                index.put(key, spot);
            } else if (index.removeUpTo(key, spot.sequence())) {
                drop(tombstones.put(key, spot));
                spot.segment().addLive(spot.bytes());
            }
        }

        private static void drop(@Nullable Spot tombstone) {
            if (tombstone != null) {
                tombstone.segment().addLive(-tombstone.bytes());
            }
        }
    }
}
