package dev.isobar.examples.adapter;

import java.util.List;

/// What came of a benchmark. Records of numbers and strings: a JSON library can write it.
///
/// *Immutable.*
///
/// @param adapters how many there were
/// @param slots for how many there was room
/// @param activations how many each policy served
/// @param skew the exponent of Zipf's law
/// @param rows by policy
public record AdapterBenchReport(
        int adapters, int slots, int activations, double skew, List<Row> rows) {

    /// Copies the list.
    public AdapterBenchReport {
        rows = List.copyOf(rows);
    }

    /// What one policy did.
    ///
    /// @param policy which
    /// @param hits activations that found the adapter in place
    /// @param refused activations without room
    /// @param loadedBytes what was read from files
    /// @param reloadedBytes what of it had been loaded before
    /// @param keptBytes what was still in place, and did not have to be read
    /// @param evictions adapters that went
    /// @param thrash loads of adapters that had gone less than twice the slots' number of activations
    ///     before
    /// @param medianLoadNanos how long an activation took that had to load, in the middle
    /// @param p99LoadNanos and the slowest but one in a hundred
    public record Row(
            String policy,
            int hits,
            int refused,
            long loadedBytes,
            long reloadedBytes,
            long keptBytes,
            int evictions,
            int thrash,
            long medianLoadNanos,
            long p99LoadNanos) {}
}
