package dev.isobar.examples.kv;

import java.util.concurrent.CountDownLatch;

/// A point that nobody passes until all are there.
///
/// *Safe for several threads.* One use.
final class Meeting {

    private final CountDownLatch missing;

    /// @param members how many have to come; at least 1
    Meeting(int members) {
        missing = new CountDownLatch(members);
    }

    /// Comes, and waits for the others.
    void join(Turns turns) throws InterruptedException {
        missing.countDown();
        turns.passUntil(() -> missing.getCount() == 0, missing::await);
    }
}
