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
}
