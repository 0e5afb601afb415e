package dev.isobar.kv;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// What a pool counts since it was opened. *Guarded by caller.*
@SuppressWarnings("EnumOrdinal") // places in an array of this class
final class KvCounters {

    long lookupTokens;
    long hitTokens;
    long loadedTokens;
    long opened;
    int open;
    long refusals;
    long retries;
    long copies;
    long joined;
    private final Map<RemovalReason, long[]> removed = new EnumMap<>(RemovalReason.class);

    KvCounters() {
        for (RemovalReason reason : RemovalReason.values()) {
            removed.put(reason, new long[1]);
        }
    }

    void removed(RemovalReason reason) {
        of(reason)[0]++;
    }

    long count(RemovalReason reason) {
        return of(reason)[0];
    }

    private long[] of(RemovalReason reason) {
        return Objects.requireNonNull(removed.get(reason));
    }

    /// The figures of the pool that these are of.
    KvStats stats(KvCore core) {
        return new KvStats(
                core.config.name(),
                core.config.shape().bytesPerBlock(),
                core.config.capacityBlocks(),
                core.limitPages() * core.config.blocksPerSegment(),
                core.table.present(),
                core.table.free(),
                core.table.used(),
                core.table.idle(),
                core.table.leaving(),
                core.promised(),
                open,
                lookupTokens,
                hitTokens,
                loadedTokens,
                joined,
                copies,
                count(RemovalReason.ROOM),
                count(RemovalReason.RECLAIM),
                count(RemovalReason.LIMIT),
                count(RemovalReason.DUPLICATE),
                refusals,
                core.memory.committedBytes());
    }
}
