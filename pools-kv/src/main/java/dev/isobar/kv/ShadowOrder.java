package dev.isobar.kv;

/// What a cache of the pool's size would hold under some order if it had seen all requests from the
/// beginning: metadata only.
///
/// Requests come as slots of a [BlockHistory]. A shadow works by the strict model: what a request found
/// stays, room for the rest is made before it enters, and a request larger than the cache keeps its first
/// blocks. *Guarded by caller.*
abstract class ShadowOrder {

    /// Is told which blocks a shadow drops.
    interface Dropped {
        /// Nobody has to be told.
        Dropped NOBODY = _ -> {};

        /// The shadow no longer holds this block.
        void dropped(int slot);
    }

    /// How many blocks, from the first on, it holds.
    final int hits(int[] path, int length) {
        int hits = 0;
        while (hits < length && holds(path[hits])) {
            hits++;
        }
        return hits;
    }

    /// Whether it holds the block.
    abstract boolean holds(int slot);

    /// A request.
    ///
    /// @param path its blocks, known and new ones, from the first to the last
    /// @param length how many
    /// @param above the block that they hang from, if the path begins in the middle of a prefix, else
    ///     [BlockHistory#NONE]
    /// @param dropped is told what is dropped for it
    abstract void request(int[] path, int length, int above, Dropped dropped);

    /// Arrays by slot have to be this long.
    abstract void grown(int slots);
}
