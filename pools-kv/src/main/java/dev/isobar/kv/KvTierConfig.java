package dev.isobar.kv;

import java.util.Objects;

/// How a [KvTier] is set up.
///
/// *Immutable.*
///
/// @param name what people call it; not blank
/// @param shape of its blocks: that of the pools that use it
/// @param capacityBlocks how many blocks it holds; at least 1
/// @param adaptive whether victims are chosen by adaptive replacement; else the least recently asked for
/// @param storeThreshold how often a block must have been looked for before it is stored; 0 or 1 for
///     always. Keeps out what is used once
/// @param trackedLookups how many blocks' look-ups are counted for that; at least 1 if there is a threshold
/// @param events how many events are kept for routers; 0 for none
public record KvTierConfig(
        String name,
        KvShape shape,
        int capacityBlocks,
        boolean adaptive,
        int storeThreshold,
        int trackedLookups,
        int events) {

    private static final int DEFAULT_TRACKED = 64_000;

    /// @throws IllegalArgumentException if something is blank or out of range
    public KvTierConfig {
        Objects.requireNonNull(shape, "shape");
        if (name.isBlank()) {
            throw new IllegalArgumentException("tier name must not be blank");
        }
        if (capacityBlocks < 1 || capacityBlocks > KvPoolConfig.MAX_BLOCKS) {
            throw new IllegalArgumentException(
                    "capacityBlocks must be from 1 to %d: %d"
                            .formatted(KvPoolConfig.MAX_BLOCKS, capacityBlocks));
        }
        if (storeThreshold < 0 || trackedLookups < (storeThreshold > 1 ? 1 : 0)) {
            throw new IllegalArgumentException(
                    "storeThreshold must be at least 0, and with one above 1 look-ups be tracked: %d, %d"
                            .formatted(storeThreshold, trackedLookups));
        }
        if (events < 0) {
            throw new IllegalArgumentException("events must be at least 0: " + events);
        }
    }

    /// The same without events.
    public KvTierConfig(
            String name,
            KvShape shape,
            int capacityBlocks,
            boolean adaptive,
            int storeThreshold,
            int trackedLookups) {
        this(name, shape, capacityBlocks, adaptive, storeThreshold, trackedLookups, 0);
    }

    /// The same, with so many events kept.
    public KvTierConfig withEvents(int kept) {
        return new KvTierConfig(
                name, shape, capacityBlocks, adaptive, storeThreshold, trackedLookups, kept);
    }

    /// Everything is stored, and the least recently asked for goes first.
    public static KvTierConfig of(String name, KvShape shape, int capacityBlocks) {
        return new KvTierConfig(name, shape, capacityBlocks, false, 0, DEFAULT_TRACKED);
    }
}
