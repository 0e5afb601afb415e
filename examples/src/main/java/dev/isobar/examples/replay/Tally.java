package dev.isobar.examples.replay;

/// What was asked for and what of it was found, by count, bytes and cost. Bounds may hold parts of
/// requests.
///
/// @param requests how many requests there were
/// @param requestedBytes the bytes of all of them
/// @param requestedCost what all of them cost as misses
/// @param hits how many were found
/// @param hitBytes the bytes of those
/// @param savedCost what those would have cost
public record Tally(
        long requests,
        long requestedBytes,
        long requestedCost,
        double hits,
        double hitBytes,
        double savedCost) {

    /// All requests of a trace, none of them found.
    static Tally requested(Trace trace) {
        return requested(trace, 0);
    }

    /// The requests of a trace from a position on, none of them found.
    static Tally requested(Trace trace, int from) {
        long bytes = 0;
        long cost = 0;
        for (int i = from; i < trace.requests.length; i++) {
            int key = trace.requests[i];
            bytes = Math.addExact(bytes, trace.bytes[key]);
            cost = Math.addExact(cost, trace.costs[key]);
        }
        return new Tally(trace.requests.length - from, bytes, cost, 0, 0, 0);
    }

    /// The same requests with so much found.
    Tally saved(double newHits, double newHitBytes, double newSavedCost) {
        return new Tally(
                requests, requestedBytes, requestedCost, newHits, newHitBytes, newSavedCost);
    }

    /// Hits, in per cent of the requests.
    public double hitRate() {
        return 100 * hits / requests;
    }

    /// Bytes found, in per cent of the bytes asked for.
    public double byteHitRate() {
        return 100 * hitBytes / requestedBytes;
    }

    /// Cost saved, in per cent of the cost of a cache that never has anything.
    public double costSaved() {
        return 100 * savedCost / requestedCost;
    }
}
