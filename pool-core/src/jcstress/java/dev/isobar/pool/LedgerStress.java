package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/// The running totals of a pool.
public final class LedgerStress {

    private LedgerStress() {}

    /// Two want the last bytes: one gets them.
    @JCStressTest
    @Outcome(id = "true, false, 16", expect = ACCEPTABLE, desc = "the first")
    @Outcome(id = "false, true, 16", expect = ACCEPTABLE, desc = "the second")
    @State
    public static class LastBytes {
        private final ByteLedger ledger = new ByteLedger(20);

        public LastBytes() {
            ledger.tryReserve(10, 0);
        }

        @Actor
        public void one(ZZJ_Result r) {
            r.r1 = ledger.tryReserve(6, 0);
        }

        @Actor
        public void other(ZZJ_Result r) {
            r.r2 = ledger.tryReserve(6, 0);
        }

        @Arbiter
        public void afterwards(ZZJ_Result r) {
            r.r3 = ledger.usedBytes();
        }
    }

    /// One entry comes and goes, another is detached, leased and freed: the totals are exact.
    @JCStressTest
    @Outcome(id = "5, 0, 5", expect = ACCEPTABLE, desc = "what was there before is left")
    @State
    public static class Totals {
        private final ByteLedger ledger = new ByteLedger(100);

        public Totals() {
            ledger.tryReserve(5, 0);
            ledger.settle(5);
            ledger.detach(5);
        }

        @Actor
        public void one() {
            ledger.tryReserve(10, 0);
            ledger.settle(10);
            ledger.pin(10);
            ledger.unpin(10);
            ledger.free(10);
        }

        @Actor
        public void other() {
            ledger.tryReserve(20, 0);
            ledger.settle(20);
            ledger.detach(20);
            ledger.freeDetached(20);
            ledger.tryReserve(7, 0);
            ledger.unreserve(7);
        }

        @Arbiter
        public void afterwards(JJJ_Result r) {
            r.r1 = ledger.usedBytes();
            r.r2 = ledger.reservedBytes() + ledger.pinnedBytes();
            r.r3 = ledger.detachedBytes();
        }
    }
}
