package dev.isobar.broker;

import java.util.concurrent.atomic.AtomicInteger;

/// Stands before a callee: as long as an earlier call hangs in it, nobody goes in.
///
/// *Safe for several threads.*
final class CallGate {

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger hanging = new AtomicInteger();

    /// Whether a call is inside, hanging or not.
    boolean occupied() {
        return inside.get() > 0;
    }

    void callEnters() {
        inside.incrementAndGet();
    }

    void callLeaves() {
        inside.decrementAndGet();
    }

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
