package dev.isobar.pool;

/// How closely a pool watches for leases that are dropped without being closed. What is found is
/// logged with its holder, counted, and still charged: detection does not free memory.
public enum LeakDetection {
    /// Not at all.
    OFF(0),
    /// One lease in 128, chosen in turn, with the thread and the stack that took it.
    SAMPLED(128),
    /// Every lease. Costs microseconds a lease; for tests and for hunting a leak.
    ALL(1);

    private final int interval;

    LeakDetection(int interval) {
        this.interval = interval;
    }

    /// Every how many leases one is watched; 0 for none.
    int interval() {
        return interval;
    }
}
