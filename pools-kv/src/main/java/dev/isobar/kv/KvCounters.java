package dev.isobar.kv;

/// What a pool counts since it was opened. *Guarded by caller.*
@SuppressWarnings("EnumOrdinal") // places in an array of this class
final class KvCounters {

    long lookupTokens;
    long hitTokens;
    long opened;
    int open;
    long refusals;
    long retries;
    long copies;
    long joined;
    private final long[] removed = new long[RemovalReason.values().length];

    void removed(RemovalReason reason) {
        removed[reason.ordinal()]++;
    }

    long count(RemovalReason reason) {
        return removed[reason.ordinal()];
    }
}
