package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLong;

/// Who is looking for victims. An evictor holds entries for a moment that it may spare; whoever finds
/// nothing meanwhile has to look again.
///
/// One word: how many are at it, and above that how many have begun.
///
/// *Safe for several threads*, without locks.
final class Evictors {

    private static final long BEGUN = 1L << 32;

    private final AtomicLong word = new AtomicLong();

    /// Somebody begins.
    ///
    /// @return the answer to give to [#end]
    long begin() {
        return word.addAndGet(BEGUN + 1);
    }

    /// Somebody ends.
    ///
    /// @param begun the answer of [#begin]
    /// @return whether nobody else was at it in between
    boolean end(long begun) {
        return word.getAndDecrement() == begun && (int) begun == 1;
    }
}
