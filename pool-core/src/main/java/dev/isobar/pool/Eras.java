package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// What time it is in an adaptive pool, in *eras*. An era ends when a 64th of the pool has been evicted;
/// of each of the last 1024 it is known when it began, and how high the inflation was. So an entry has
/// to remember of its last use only the number of an era, and a use in the same era as the last changes
/// nothing.
///
/// Losses are counted in *ticks*, whole numbers, so that an entry needs 32 bits for its own however long
/// the pool lives: they are compared by difference. A tick is 2^-14 of what one use of a typical entry is
/// worth per byte; it follows the typical entry by powers of two.
///
/// *Safe for several threads.* Reading costs a few loads.
final class Eras {

    private static final int REMEMBERED = 1 << 10;

    /// For how many entries of the pool one has to be evicted until an era ends.
    static final int ENTRIES_A_VICTIM = 64;

    private static final int TYPICAL_EXPONENT = 14;
    private static final double MOST_TICKS = 1 << 28;
    private static final double DRIFT = 1.0 / 1024;

    private final AtomicLongArray inflations = new AtomicLongArray(REMEMBERED);
    private final AtomicLongArray starts = new AtomicLongArray(REMEMBERED);
    private final Present present;
    private final LongSupplier clock;

    private volatile long inflation;
    private volatile double ticksPerDensity = 1;

    // Guarded by this.
    private int evictions;
    private double typicalLog;
    private int typicalExponent = Integer.MIN_VALUE;
    private int seen;
    private double seenDensity = 1;
    private double seenLog;

    /// @param present where the era is told to those who only want to know that
    /// @param clock monotonic nanoseconds
    Eras(Present present, LongSupplier clock) {
        this.present = present;
        this.clock = clock;
        starts.set(0, clock.getAsLong());
    }

    /// The present era. Numbers wrap around.
    int now() {
        return present.era();
    }

    /// The inflation now, in ticks: the highest loss of all victims so far.
    long inflation() {
        return inflation;
    }

    /// Whether it is known what there was in an era.
    boolean remembers(int era) {
        return now() - era < REMEMBERED;
    }

    /// The inflation in an era; of one that is forgotten, in the oldest that is not.
    long inflation(int era) {
        return inflations.getOpaque(slot(era));
    }

    /// When an era began; the same.
    long startNanos(int era) {
        return starts.getOpaque(slot(era));
    }

    private int slot(int era) {
        int last = now();
        int remembered = last - era < REMEMBERED ? era : last - REMEMBERED + 1;
        return remembered & (REMEMBERED - 1);
    }

    /// What a worth per byte is in ticks.
    long ticks(double density) {
        return (long) Math.min(density * ticksPerDensity, MOST_TICKS);
    }

    /// An entry has come in: what is typical may change.
    ///
    /// @return by which factor what was counted in ticks has to be multiplied; 1 nearly always
    synchronized double seen(double density) {
        if (density != seenDensity) { // most are as the one before, and logarithms are slow
            seenDensity = density;
            seenLog = Math.log(density) / Math.log(2);
        }
        seen = Math.min(seen + 1, (int) (1 / DRIFT));
        typicalLog += (seenLog - typicalLog) / seen;
        if (Math.abs(typicalLog - typicalExponent) <= 1) {
            return 1;
        }
        typicalExponent = (int) Math.round(typicalLog);
        double before = ticksPerDensity;
        ticksPerDensity = Math.scalb(1.0, TYPICAL_EXPONENT - typicalExponent);
        rescale(ticksPerDensity / before);
        return ticksPerDensity / before;
    }

    private void rescale(double factor) {
        for (int i = 0; i < REMEMBERED; i++) {
            inflations.setOpaque(i, inflation + (long) ((inflations.get(i) - inflation) * factor));
        }
    }

    /// An entry with this loss was evicted.
    ///
    /// @param entries how many there are in the pool, about
    void evicted(int ticks, int entries) {
        raise(ticks);
        passed(1, entries);
    }

    /// An entry with this loss is among those that were evicted: the inflation is not below it.
    void raise(int ticks) {
        if (ticks - (int) inflation > 0) {
            synchronized (this) {
                inflation += Math.max(0, ticks - (int) inflation);
            }
        }
    }

    /// So many entries were evicted.
    synchronized void passed(int evicted, int entries) {
        evictions += evicted;
        if (evictions >= entries / ENTRIES_A_VICTIM) {
            begin();
        }
    }

    private void begin() {
        evictions = 0;
        int next = now() + 1;
        inflations.setOpaque(next & (REMEMBERED - 1), inflation);
        starts.setOpaque(next & (REMEMBERED - 1), clock.getAsLong());
        present.era(next);
    }
}
