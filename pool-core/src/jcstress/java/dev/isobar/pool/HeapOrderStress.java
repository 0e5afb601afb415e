package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.isobar.pool.Entry.Step;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// An entry that is left out of the order because it is pinned comes back exactly once.
public final class HeapOrderStress {

    private HeapOrderStress() {}

    /// One entry in an order, and what the tests have in common.
    abstract static class OneEntry {
        final HeapOrder<String, String> order =
                new HeapOrder<>(TableOfStrings.losses(new Callbacks("stress")), this::unhold);
        final Entry<String, String> entry;

        OneEntry(Entry<String, String> entry) {
            this.entry = entry;
        }

        /// As the table does it.
        void unhold(Entry<String, String> held) {
            held.unhold();
            if (held.isIdle()) {
                order.idle(held);
            }
        }

        void spare(Entry<String, String> victim) {
            unhold(victim);
            order.giveBack(victim);
        }

        void unpin() {
            if (entry.unpin() == Step.LAST_PIN) {
                order.idle(entry);
            }
        }

        /// How often the entry is found now: 1, if it is in the order once.
        void count(II_Result r) {
            r.r1 = order.next(0) == entry ? 1 : 0;
            r.r2 = order.next(0) == null ? 0 : 1;
        }
    }

    /// The last lease ends while an evictor comes across the entry.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "in the order, once")
    @State
    public static class UnpinVersusNext extends OneEntry {

        public UnpinVersusNext() {
            super(EntryStress.idle());
            order.add(entry);
            entry.tryPin();
        }

        @Actor
        public void reader() {
            unpin();
        }

        @Actor
        public void evictor() {
            Entry<String, String> victim = order.next(0);
            if (victim != null) {
                spare(victim);
            }
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }

    /// A reader comes and goes while the entry comes in.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "in the order, once")
    @State
    public static class PinVersusAdd extends OneEntry {

        public PinVersusAdd() {
            super(EntryStress.idle());
        }

        @Actor
        public void reader() {
            entry.tryPin();
            unpin();
        }

        @Actor
        public void putter() {
            order.add(entry);
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }

    /// Two evictors come across the same entry, and both spare it.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "in the order, once")
    @State
    public static class NextVersusHold extends OneEntry {

        public NextVersusHold() {
            super(EntryStress.idle());
            order.add(entry);
        }

        @Actor
        public void evictor() {
            Entry<String, String> victim = order.next(0);
            if (victim != null) {
                spare(victim);
            }
        }

        @Actor
        public void replacer() {
            if (entry.tryHold()) {
                order.remove(entry);
                spare(entry);
            }
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }
}
