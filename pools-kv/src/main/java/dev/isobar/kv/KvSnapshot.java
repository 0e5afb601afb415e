package dev.isobar.kv;

/// A sequence as it was at one moment. It shares the blocks and copies no bytes; they stay until it is
/// closed.
///
/// *Safe for several threads.*
public final class KvSnapshot implements AutoCloseable {

    private final KvSequence frozen;

    KvSnapshot(KvSequence frozen) {
        this.frozen = frozen;
    }

    /// How many tokens it has.
    public int tokens() {
        return frozen.tokens();
    }

    /// The numbers of its blocks, in order.
    public int[] blockNumbers() {
        return frozen.blockNumbers();
    }

    /// A sequence that goes on from here.
    ///
    /// @throws IllegalStateException if the snapshot is closed
    public KvSequence restore() {
        return frozen.fork();
    }

    /// Lets the blocks go. Closing twice does nothing.
    @Override
    public void close() {
        frozen.close();
    }
}
