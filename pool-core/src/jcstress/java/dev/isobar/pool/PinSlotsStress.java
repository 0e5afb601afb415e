package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.isobar.pool.Entry.Step;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// Pins in slots: whoever takes one and whoever wants the entry gone, one of them sees the other.
public final class PinSlotsStress {

    private static final int BYTES = 10;

    private PinSlotsStress() {}

    /// A table with one entry, whose pins may be in slots.
    abstract static class Table {
        final ByteLedger ledger = new ByteLedger(100);
        final EntryTable<String, String> table = TableOfStrings.on(ledger);
        final Entry<String, String> entry = EntryStress.pinned();

        Table() {
            ledger.tryReserve(BYTES, 0);
            table.putIfAbsent(entry);
            entry.uses(SlimEntry.MAX_USES);
            entry.tryPin(); // marks it
            table.unpin(entry);
            table.unpin(entry);
        }

        @Nullable Lease<String> lease() {
            return table.slotLease(entry);
        }
    }

    /// A lease is taken while the entry is evicted.
    @JCStressTest
    @Outcome(id = "1, 0, 10", expect = ACCEPTABLE, desc = "leased, and stays")
    @Outcome(id = "0, 10, 0", expect = ACCEPTABLE, desc = "evicted")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "each has given way to the other")
    @State
    public static class LeaseVersusEvict extends Table {
        @Actor
        public void reader(III_Result r) {
            r.r1 = lease() == null ? 0 : 1;
        }

        @Actor
        public void evictor(III_Result r) {
            r.r2 = (int) table.evict("key", RemovalCause.RECLAIM);
        }

        @Arbiter
        public void afterwards(III_Result r) {
            table.unslotAll();
            r.r3 = (int) ledger.pinnedBytes();
        }
    }

    /// A lease is taken while the entry is dropped: its bytes stay charged if it was got.
    @JCStressTest
    @Outcome(id = "1, 10", expect = ACCEPTABLE, desc = "leased, and detached")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "dropped")
    @State
    public static class LeaseVersusRetire extends Table {
        @Actor
        public void reader(II_Result r) {
            r.r1 = lease() == null ? 0 : 1;
        }

        @Actor
        public void dropper() {
            table.retire(entry, RemovalCause.INVALIDATED);
        }

        @Arbiter
        public void afterwards(II_Result r) {
            r.r2 = (int) ledger.usedBytes();
        }
    }

    /// A lease ends while the entry is dropped: all is free afterwards, and not twice.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "free")
    @State
    public static class CloseVersusRetire extends Table {
        private final @Nullable Lease<String> lease = lease();

        @Actor
        public void reader() {
            if (lease != null) {
                lease.close();
            }
        }

        @Actor
        public void dropper() {
            table.retire(entry, RemovalCause.INVALIDATED);
        }

        @Arbiter
        public void afterwards(II_Result r) {
            r.r1 = (int) ledger.usedBytes();
            r.r2 = (int) ledger.detachedBytes();
        }
    }

    /// Two leases of one entry.
    abstract static class TwoLeases extends Table {
        private final @Nullable Lease<String> lease = lease();
        private final @Nullable Lease<String> other = lease();

        void close() {
            if (lease != null) {
                lease.close();
            }
        }

        void look(II_Result r) {
            table.unslotAll();
            r.r1 = other == null ? -1 : entry.pins();
            r.r2 = (int) ledger.pinnedBytes();
        }
    }

    /// A lease is closed twice while its pin is counted: one pin goes, that of the other lease stays.
    @JCStressTest
    @Outcome(id = "1, 10", expect = ACCEPTABLE, desc = "one of two pins is left")
    @State
    public static class CloseVersusCount extends TwoLeases {
        @Actor
        public void closer() {
            close();
            close();
        }

        @Actor
        public void counter() {
            table.unslotAll();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            look(r);
        }
    }

    /// A lease is closed by two threads at once.
    @JCStressTest
    @Outcome(id = "1, 10", expect = ACCEPTABLE, desc = "one of two pins is left")
    @State
    public static class CloseVersusClose extends TwoLeases {
        @Actor
        public void one() {
            close();
        }

        @Actor
        public void two() {
            close();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            look(r);
        }
    }

    /// A hot entry is pinned in its word, which marks it, while an evictor holds it.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "pinned")
    @Outcome(id = "0, 10", expect = ACCEPTABLE, desc = "evicted")
    @State
    public static class PinVersusEvict extends Table {
        @Actor
        public void reader(II_Result r) {
            r.r1 = entry.tryPin() == Step.REFUSED ? 0 : 1;
        }

        @Actor
        public void evictor(II_Result r) {
            r.r2 = (int) table.evict("key", RemovalCause.RECLAIM);
        }
    }
}
