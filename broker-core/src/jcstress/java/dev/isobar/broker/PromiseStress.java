package dev.isobar.broker;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The source's answer, its delivery, twice, and the time-out, all at once: the promised 100 bytes
/// are credited exactly once.
public class PromiseStress {

    /// Two deliveries race with the answer.
    @JCStressTest
    @Outcome(id = "100, 0", expect = Expect.ACCEPTABLE, desc = "credited once")
    @State
    public static class DeliveryAgainstAnswer {

        private final Promise promise = new Promise();
        private long made;
        private long first;
        private long second;

        @Actor
        public void answer() {
            made = promise.make(100);
        }

        @Actor
        public void deliver() {
            first = promise.deliver(70).bytes();
        }

        @Actor
        public void deliverAgain() {
            second = promise.deliver(70).bytes();
        }

        @Arbiter
        public void total(JJ_Result result) {
            result.r1 = made + first + second;
            result.r2 = promise.openBytes();
        }
    }

    /// A delivery races with the time-out: what is lost and what is credited late cancel out.
    @JCStressTest
    @Outcome(id = "100, 0", expect = Expect.ACCEPTABLE, desc = "delivered in time")
    @Outcome(id = "100, 100", expect = Expect.ACCEPTABLE, desc = "given up, then late")
    @State
    public static class DeliveryAgainstTimeout {

        private final Promise promise = new Promise();
        private long credited;
        private long late;
        private long lost;

        public DeliveryAgainstTimeout() {
            promise.make(100);
        }

        @Actor
        public void deliver() {
            Promise.Credit credit = promise.deliver(100);
            credited = credit.bytes();
            late = credit.late() ? credit.bytes() : 0;
        }

        @Actor
        public void timeOut() {
            lost = promise.expire();
        }

        @Arbiter
        public void total(JJ_Result result) {
            result.r1 = credited;
            result.r2 = lost == late ? lost : -1;
        }
    }
}
