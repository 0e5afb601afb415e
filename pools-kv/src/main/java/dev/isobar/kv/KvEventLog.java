package dev.isobar.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The last events of a pool and the tiers below it, in one order.
///
/// *Safe for several threads.* What happens in a place is added with the lock of that place held, so this
/// lock is the innermost one.
final class KvEventLog {

    private final int kept;
    private final Deque<KvEvent> events = new ArrayDeque<>();
    private long last;

    /// @param kept how many events to keep; 0 for none at all
    KvEventLog(int kept) {
        this.kept = kept;
    }

    boolean enabled() {
        return kept > 0;
    }

    synchronized long last() {
        return last;
    }

    synchronized void add(LongFunction<KvEvent> event) {
        if (events.size() == kept) {
            events.removeFirst();
        }
        events.addLast(event.apply(++last));
    }

    /// Something is there that was not told: who has no index yet needs one.
    synchronized void skip() {
        events.clear();
        last++;
    }

    /// The events after a number, or null if some of them are gone.
    synchronized @Nullable List<KvEvent> after(long number) {
        if (number > last || last - number > events.size()) {
            return null;
        }
        List<KvEvent> after = new ArrayList<>();
        events.stream().filter(each -> each.number() > number).forEach(after::add);
        return after;
    }
}
