package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.isobar.pool.Entry.Step;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A victim that waits in a thread's stripe is found exactly once, whatever others do to it.
public final class StripedOrderStress {

    private StripedOrderStress() {}

    /// One entry, taken as a victim into the stripe of the thread that has made the state.
    abstract static class OneTaken {
        private final Losses<String, String> losses =
                new Losses<>(
                        EvictionPriority.adaptive(), () -> 0, new Callbacks("stress"), () -> 100);
        final StripedOrder<String, String> order = order();
        final Entry<String, String> entry = entry("taken");

        OneTaken() {
            Entry<String, String> other = entry("other");
            order.add(other);
            order.add(entry);
            Entry<String, String> victim = order.next(0);
            if (victim != other) {
                throw new AssertionError("the oldest goes first: " + victim);
            }
            victim.tryRetireHeld();
        }

        private StripedOrder<String, String> order() {
            Adaptation adaptation = losses.adaptation();
            if (adaptation == null) {
                throw new AssertionError("the priority is adaptive");
            }
            return new StripedOrder<>(
                    new AdaptiveOrder<>(losses, adaptation, () -> 100, this::unhold),
                    () -> Integer.MAX_VALUE);
        }

        private Entry<String, String> entry(String key) {
            return losses.entry(key, "value", 10, new Entry.Birth(0, 0, 0, 0), 0);
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

        void takeAndSpare() {
            Entry<String, String> victim = order.next(0);
            if (victim != null) {
                spare(victim);
            }
        }

        /// How often the entry is found now: 1, if it is there once.
        void count(II_Result r) {
            r.r1 = order.next(0) == entry ? 1 : 0;
            r.r2 = order.next(0) == null ? 0 : 1;
        }
    }

    /// A reader comes and goes while another thread looks for a victim.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "there, once")
    @State
    public static class PinVersusNext extends OneTaken {

        @Actor
        public void reader() {
            entry.tryPin();
            if (entry.unpin() == Step.LAST_PIN) {
                order.idle(entry);
            }
        }

        @Actor
        public void evictor() {
            takeAndSpare();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }

    /// Its key is to be replaced, but is not, while another thread looks for a victim.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "there, once")
    @State
    public static class HoldVersusNext extends OneTaken {

        @Actor
        public void replacer() {
            if (entry.tryHold()) {
                order.remove(entry);
                spare(entry);
            }
        }

        @Actor
        public void evictor() {
            takeAndSpare();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }

    /// Two look for a victim, and both spare it.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "there, once")
    @State
    public static class NextVersusNext extends OneTaken {

        @Actor
        public void one() {
            takeAndSpare();
        }

        @Actor
        public void other() {
            takeAndSpare();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }

    /// It is removed while another thread looks for a victim.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "gone")
    @State
    public static class RetireVersusNext extends OneTaken {

        @Actor
        public void remover() {
            entry.retire();
            order.remove(entry);
        }

        @Actor
        public void evictor() {
            takeAndSpare();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            count(r);
        }
    }
}
