package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.isobar.pool.Entry.Step;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The state word of an entry: whatever meets, exactly one of the two frees the value.
public final class EntryStress {

    private static final Entry.Birth BIRTH = new Entry.Birth(0, 0, 0, 0);

    private EntryStress() {}

    static Entry<String, String> idle() {
        return Entry.resident("key", "value", 10, BIRTH);
    }

    static Entry<String, String> pinned() {
        return Entry.pinned("key", "value", 10, BIRTH);
    }

    static Entry<String, String> held() {
        Entry<String, String> entry = idle();
        entry.tryHold();
        return entry;
    }

    /// 1 if this step freed the value.
    static int frees(Step step) {
        return step == Step.FREE || step == Step.FREE_DETACHED ? 1 : 0;
    }

    /// A reader comes and goes while the entry is dropped.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the reader was the last")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "nobody read it any more")
    @State
    public static class PinVersusRetire {
        private final Entry<String, String> entry = idle();

        @Actor
        public void reader(II_Result r) {
            r.r1 = entry.tryPin() == Step.REFUSED ? 0 : frees(entry.unpin());
        }

        @Actor
        public void dropper(II_Result r) {
            r.r2 = frees(entry.retire());
        }
    }

    /// The last lease ends while the entry is dropped.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "dropped first")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "unpinned first")
    @State
    public static class UnpinVersusRetire {
        private final Entry<String, String> entry = pinned();

        @Actor
        public void reader(II_Result r) {
            r.r1 = frees(entry.unpin());
        }

        @Actor
        public void dropper(II_Result r) {
            r.r2 = frees(entry.retire());
        }
    }

    /// An evictor spares the entry while it is dropped.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "dropped first")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "spared first")
    @State
    public static class UnholdVersusRetire {
        private final Entry<String, String> entry = held();

        @Actor
        public void evictor(II_Result r) {
            r.r1 = frees(entry.unhold());
        }

        @Actor
        public void dropper(II_Result r) {
            r.r2 = frees(entry.retire());
        }
    }

    /// An evictor and somebody who drops the entry both want to free it.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "evicted, or dropped and left to the evictor")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "dropped after the evictor had given it up")
    @State
    public static class RetireHeldVersusRetire {
        private final Entry<String, String> entry = held();

        @Actor
        public void evictor(II_Result r) {
            r.r1 = entry.tryRetireHeld() ? 1 : frees(entry.unhold());
        }

        @Actor
        public void dropper(II_Result r) {
            r.r2 = frees(entry.retire());
        }
    }

    /// A reader comes while an evictor is about to free the entry.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "evicted, the reader is refused")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "leased, the evictor is refused")
    @State
    public static class RetireHeldVersusPin {
        private final Entry<String, String> entry = held();

        @Actor
        public void evictor(II_Result r) {
            r.r1 = entry.tryRetireHeld() ? 1 : frees(entry.unhold());
        }

        @Actor
        public void reader(II_Result r) {
            r.r2 = entry.tryPin() == Step.REFUSED ? 0 : 1;
        }
    }
}
