package dev.isobar.kv;

import java.util.concurrent.locks.ReentrantLock;

/// A lock that is held for microseconds: who finds it taken tries again for about as long as it would take to
/// be put to sleep and woken, and only then sleeps.
///
/// It hands itself on in no particular order, like the lock that it extends. Where there is one processor
/// only, nobody spins: who holds the lock could not go on meanwhile.
final class BriefLock extends ReentrantLock {

    private static final long serialVersionUID = 1;

    /// How often it is tried before sleeping: {@value}. A try took 19 ns, so all of them 19 µs; waking a thread
    /// took 12 µs, and 6 µs of the one that wakes it. A beginning of 250 blocks is found in 5 µs, and given back
    /// in 2 µs.
    static final int TRIES = 1_000;

    private final int tries;

    BriefLock() {
        this(Runtime.getRuntime().availableProcessors() > 1 ? TRIES : 0);
    }

    /// @param tries before sleeping
    BriefLock(int tries) {
        this.tries = tries;
    }

    @Override
    public void lock() {
        if (!tried()) {
            super.lock();
        }
    }

    /// @throws InterruptedException if the thread is interrupted before the lock is its own
    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.currentThread().isInterrupted() || !tried()) {
            super.lockInterruptibly();
        }
    }

    /// Whether the lock was had without sleeping.
    private boolean tried() {
        boolean had = tryLock();
        for (int more = tries; !had && more > 0; more--) {
            Thread.onSpinWait();
            had = tryLock();
        }
        return had;
    }
}
