package dev.isobar.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A landing flight gives every waiter a pin, and nobody else.
public final class FlightStress {

    private FlightStress() {}

    /// A flight, the entry it lands with, and the leader's pin.
    abstract static class Landing {
        final Flight<String, String> flight = new Flight<>("key", 0);
        final Entry<String, String> entry = EntryStress.pinned();

        /// Lands, and gives the leader's pin back unless a waiter has it now.
        void land(boolean handOver) {
            if (!flight.land(entry, handOver)) {
                entry.unpin();
            }
        }

        void leave() {
            Entry<String, String> landed = flight.leave();
            if (landed != null) {
                landed.unpin();
            }
        }
    }

    /// Somebody joins, and leaves at once, while the flight lands.
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "joined, and gave its pin back if it had one")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "came too late")
    @State
    public static class JoinVersusLand extends Landing {

        @Actor
        public void leader() {
            land(true);
        }

        @Actor
        public void waiter(II_Result r) {
            if (flight.join()) {
                r.r2 = 1;
                leave();
            }
        }

        @Arbiter
        public void afterwards(II_Result r) {
            r.r1 = entry.pins();
        }
    }

    /// One of two waiters leaves while the flight lands: the other has its pin.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "one pin")
    @State
    public static class LeaveVersusLand extends Landing {

        public LeaveVersusLand() {
            flight.join();
            flight.join();
        }

        @Actor
        public void leader() {
            land(true);
        }

        @Actor
        public void waiter() {
            leave();
        }

        @Arbiter
        public void afterwards(II_Result r) {
            r.r1 = entry.pins();
        }
    }

    /// The pool is closed while the flight lands: the waiter has either a pin or a failure.
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "landed, with a pin for the waiter")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "failed, nobody has a pin")
    @State
    public static class FailVersusLand extends Landing {

        public FailVersusLand() {
            flight.join();
        }

        @Actor
        public void leader() {
            land(true);
        }

        @Actor
        public void closer(II_Result r) {
            r.r2 = flight.fail(new PoolClosedException("stress")) ? 1 : 0;
        }

        @Arbiter
        public void afterwards(II_Result r) {
            r.r1 = entry.pins();
        }
    }
}
