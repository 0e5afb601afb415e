package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/// A lease that two threads close gives one pin back, not that of another lease.
@JCStressTest
@Outcome(id = "1, 10", expect = ACCEPTABLE, desc = "one of two pins is left")
@State
public class LeaseStress {

    private final ByteLedger ledger = new ByteLedger(100);
    private final EntryTable<String, String> table = TableOfStrings.on(ledger);
    private final Entry<String, String> entry = EntryStress.pinned();
    private final Lease<String> lease;

    public LeaseStress() {
        ledger.tryReserve(10, 0);
        table.putIfAbsent(entry);
        entry.addPins(1);
        lease = new EntryLease<>(table, entry, new LeakDetector("stress", LeakDetection.OFF));
    }

    @Actor
    public void one() {
        lease.close();
    }

    @Actor
    public void other() {
        lease.close();
    }

    @Arbiter
    public void afterwards(IJ_Result r) {
        r.r1 = entry.pins();
        r.r2 = ledger.pinnedBytes();
    }
}
