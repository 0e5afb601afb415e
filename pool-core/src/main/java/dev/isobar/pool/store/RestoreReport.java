package dev.isobar.pool.store;

/// What a [WarmRestorer] did.
///
/// *Immutable.*
///
/// @param listed values that were on the disk
/// @param restored values that came back
/// @param present values that were in the pool already
/// @param gone values that had left the disk by the time they were wanted
/// @param stale values that were too old, or of another layout
/// @param corrupt values whose bytes were not what was written
/// @param refused values that found no room
/// @param end why it ended
public record RestoreReport(
        long listed,
        long restored,
        long present,
        long gone,
        long stale,
        long corrupt,
        long refused,
        End end) {

    /// Why a run ended.
    public enum End {
        /// Everything was looked at.
        ALL,
        /// The pool is as full as it is to be.
        FILLED,
        /// There is pressure.
        PRESSURE,
        /// It was told to stop, or the pool was closed.
        STOPPED
    }

    /// There is nothing on the disk, or no disk.
    public static RestoreReport nothing() {
        return new RestoreReport(0, 0, 0, 0, 0, 0, 0, End.ALL);
    }

    /// How many were not looked at; they come when they are asked for.
    public long left() {
        return listed - restored - present - gone - stale - corrupt - refused;
    }

    /// Counts as it goes. *One thread only.*
    static final class Tally {

        private final long listed;
        long restored;
        long present;
        long gone;
        long stale;
        long corrupt;
        long refused;

        Tally(long listed) {
            this.listed = listed;
        }

        RestoreReport report(End end) {
            return new RestoreReport(
                    listed, restored, present, gone, stale, corrupt, refused, end);
        }
    }
}
