package dev.isobar.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last decisions in which somebody was asked.
///
/// *Safe for several threads.*
final class DecisionLog {

    private final int kept;
    private final Deque<Decision> newestFirst = new ArrayDeque<>();

    DecisionLog(int kept) {
        this.kept = kept;
    }

    synchronized void add(Decision decision) {
        newestFirst.addFirst(decision);
        if (newestFirst.size() > kept) {
            newestFirst.removeLast();
        }
    }

    synchronized List<Decision> newestFirst() {
        return List.copyOf(newestFirst);
    }
}
