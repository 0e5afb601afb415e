package dev.isobar.pool;

/// What an adaptive priority tries to save.
public enum EvictionGoal {
    /// As many misses as possible, whatever their size and cost.
    HITS,
    /// As many bytes loaded as possible: for pools behind a narrow link or a metered one.
    BYTES,
    /// As much load cost as possible. An unknown cost counts as 1 ns; where all are unknown, this is
    /// the same as [#HITS].
    COST
}
