package dev.isobar.examples.host;

/// What a cache counts.
///
/// *Immutable.*
///
/// @param lookUps how often it was asked
/// @param hits how often it had what was asked for
/// @param evictions entries that went for want of room, by itself or for the broker
public record CacheFigures(long lookUps, long hits, long evictions) {

    /// Hits of all look-ups, 0 to 1; 0 if there were none.
    public double hitRate() {
        return lookUps == 0 ? 0 : (double) hits / lookUps;
    }
}
