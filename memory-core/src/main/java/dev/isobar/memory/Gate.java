package dev.isobar.memory;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Lets operations in until it is shut, and lets who shuts it wait until the last one is out.
///
/// *Safe for several threads.* Entering and leaving is one compare-and-set each.
final class Gate {

    private static final long SHUT = Long.MIN_VALUE;

    /// How many are inside; the highest bit says that nobody may follow.
    private final AtomicLong state = new AtomicLong();

    private final CountDownLatch empty = new CountDownLatch(1);

    /// Says whether the caller is in, and has to [#leave()].
    boolean enter() {
        long seen = state.get();
        while (seen >= 0) {
            if (state.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = state.get();
        }
        return false;
    }

    void leave() {
        if (state.decrementAndGet() == SHUT) {
            empty.countDown();
        }
    }

    boolean isShut() {
        return state.get() < 0;
    }

    /// Lets nobody in any more, and waits for those inside. May be called again.
    void shut() {
        if (state.getAndUpdate(seen -> seen | SHUT) == 0) {
            empty.countDown();
        }
        boolean interrupted = false;
        while (true) {
            try {
                empty.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
