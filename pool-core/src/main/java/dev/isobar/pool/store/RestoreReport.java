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
        return of(0);
    }

    /// How many were not looked at; they come when they are asked for.
    public long left() {
        return listed - restored - present - gone - stale - corrupt - refused;
    }

    /// What became of one value.
    public enum Fate {
        /// It came back.
        RESTORED,
        /// It was in the pool already.
        PRESENT,
        /// It had left the disk.
        GONE,
        /// It was too old, or of another layout.
        STALE,
        /// Its bytes were not what was written.
        CORRUPT,
        /// It found no room.
        REFUSED
    }

    /// That many values are on the disk, and none was looked at yet.
    public static RestoreReport of(long listed) {
        return new RestoreReport(listed, 0, 0, 0, 0, 0, 0, End.ALL);
    }

    /// The same with one value more.
    public RestoreReport and(Fate fate) {
        return new RestoreReport(
                listed,
                restored + one(fate, Fate.RESTORED),
                present + one(fate, Fate.PRESENT),
                gone + one(fate, Fate.GONE),
                stale + one(fate, Fate.STALE),
                corrupt + one(fate, Fate.CORRUPT),
                refused + one(fate, Fate.REFUSED),
                end);
    }

    /// Two runs together; the end is that of the later.
    RestoreReport plus(RestoreReport later) {
        return new RestoreReport(
                listed + later.listed,
                restored + later.restored,
                present + later.present,
                gone + later.gone,
                stale + later.stale,
                corrupt + later.corrupt,
                refused + later.refused,
                later.end);
    }

    /// The same, with another end.
    public RestoreReport endedBy(End other) {
        return new RestoreReport(listed, restored, present, gone, stale, corrupt, refused, other);
    }

    private static int one(Fate fate, Fate counted) {
        return fate == counted ? 1 : 0;
    }
}
