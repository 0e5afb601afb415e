package dev.isobar.kv;

/// Which block of a [BlockTable] goes next. The table tells what happens to blocks, and asks for a
/// victim when it needs one.
///
/// The life of a block, as told here: it [enters][#entered] when its content is known, in use. It is
/// [released][#released] when its last user has gone, and [taken][#taken] when somebody uses it
/// again; both may happen many times. It [leaves][#left] when its content is dropped, which only
/// happens between a release and the next use. Blocks of a path are released from its end to its
/// beginning. Blocks without content are in no order: the table hands them out before it asks for a
/// victim.
///
/// *Guarded by caller:* all methods are called with the pool's lock held. They must be quick, must not
/// allocate once warm, and must not call back into the table other than to read.
abstract class EvictionOrder {

    /// No block: {@value}.
    static final int NONE = BlockQueues.NONE;

    /// A sequence begins. Called before any of its blocks is taken or entered.
    ///
    /// @param chain the digests of its full blocks, known ones and new ones
    /// @param hits how many of them, from the beginning on, are held now
    /// @param nowNanos the time of the pool's clock
    void requested(DigestChain chain, int hits, long nowNanos) {}

    /// The content of a block in use has become known. Its digest and parent can be read in the table.
    void entered(int block) {}

    /// A block that nobody used is used again.
    void taken(int block) {}

    /// A block that somebody uses has one user more, who found it by its content.
    void shared(int block) {}

    /// How a block that has just entered, or was taken, is to be kept after its release. Orders without
    /// priorities ignore it.
    ///
    /// @param priority from 0, to go first, to 100
    /// @param durationNanos for how long after its release, 0 for ever
    void retain(int block, int priority, long durationNanos) {}

    /// Nobody uses the block any more. It may go as soon as it has no children.
    abstract void released(int block);

    /// The content of an unused block is dropped. Its digest, parent and tenant can still be read; its
    /// parent may have become a leaf by it, and is told to the table's count already.
    abstract void left(int block);

    /// An unused block goes on under another number, which was free.
    abstract void moved(int from, int to);

    /// The block that is worth least among those that may go, or [#NONE]. Only asks: the block stays
    /// until [#left].
    ///
    /// @param may which blocks the caller would let go; always false for a block in use or with
    ///     children. Usually the first one asked
    abstract int victim(Eligible may);

    /// Which blocks may go.
    @FunctionalInterface
    interface Eligible {
        /// Whether this one may.
        boolean test(int block);
    }
}
