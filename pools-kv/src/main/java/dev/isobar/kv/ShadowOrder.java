package dev.isobar.kv;

/// What a cache of the pool's size would hold under some order if it had seen all requests from the
/// beginning: metadata only.
///
/// Requests come as slots of a [BlockHistory]. A shadow works by the strict model: what a request found
/// stays, room for the rest is made before it enters, and a request larger than the cache keeps its first
/// blocks. *Guarded by caller.*
abstract class ShadowOrder {

    /// How many blocks, from the first on, it holds.
    final int hits(ShadowPath path) {
        int hits = 0;
        while (hits < path.length() && holds(path.slot(hits))) {
            hits++;
        }
        return hits;
    }

    /// Whether it holds the block.
    abstract boolean holds(int slot);

    /// A request: its blocks, known and new ones, from the first to the last.
    abstract void request(ShadowPath path);
}
