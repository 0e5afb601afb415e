package dev.isobar.kv;

/// What a tier counts since it was opened. *Guarded by caller.*
final class TierCounters {

    long stored;
    long loaded;
    long corrupt;
    long recomputed;
    long refused;
    long failures;

    /// The figures of the tier that these are of.
    KvTierStats stats(KvTierConfig config, int heldBlocks, LoadSpeed speed, long committedBytes) {
        return new KvTierStats(
                config.name(),
                config.capacityBlocks(),
                heldBlocks,
                stored,
                loaded,
                corrupt,
                recomputed,
                refused,
                failures,
                speed.loadBytesPerSecond(),
                committedBytes);
    }
}
