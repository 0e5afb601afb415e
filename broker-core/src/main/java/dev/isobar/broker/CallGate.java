package dev.isobar.broker;

import java.util.concurrent.atomic.AtomicInteger;

/// Stands before a callee: as long as an earlier call hangs in it, nobody goes in.
///
/// *Safe for several threads.*
final class CallGate {

    private final AtomicInteger hanging = new AtomicInteger();

    /// Whether an earlier call passed its deadline and still has not come back.
    boolean blocked() {
        return hanging.get() > 0;
    }

    void callHangs() {
        hanging.incrementAndGet();
    }

    void callCameBack() {
        hanging.decrementAndGet();
    }
}
