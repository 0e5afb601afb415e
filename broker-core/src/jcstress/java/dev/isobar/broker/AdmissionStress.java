package dev.isobar.broker;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.broker.admission.Ticket;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// Two at one admission of 10 tokens: none is lost, and none comes back twice.
public class AdmissionStress {

    /// The tokens, and what is common to the tests.
    public abstract static class Desk {

        final Supply tokens = Supply.counted(Resource.custom("kv"), "tokens", 10);
        final Admission admission = Admission.of(AdmissionConfig.of("stress"), tokens);

        Grant take(long amount) {
            return ((Granted) admission.tryAdmit(request(amount))).grant();
        }

        AdmissionRequest request(long amount) {
            return AdmissionRequest.of("actor", Claim.of(tokens, amount));
        }

        long available() {
            return admission.snapshot().supplies().getFirst().available();
        }

        long waiting() {
            return admission.snapshot().waiting().size();
        }
    }

    /// Both close the same grant.
    @JCStressTest
    @Outcome(id = "6, 4", expect = Expect.ACCEPTABLE, desc = "released once")
    @State
    public static class CloseAgainstClose extends Desk {

        private final Grant grant = take(5);
        private final Grant other = take(4);

        @Actor
        public void close() {
            grant.close();
        }

        @Actor
        public void closeAgain() {
            grant.close();
        }

        @Arbiter
        public void total(JJ_Result result) {
            result.r1 = available();
            result.r2 = other.claim().amount(tokens);
        }
    }

    /// One takes its request back while another releases what it waits for.
    @JCStressTest
    @Outcome(id = "10, 0", expect = Expect.ACCEPTABLE, desc = "nothing held, nobody waits")
    @State
    public static class CancelAgainstRelease extends Desk {

        private final Grant grant = take(10);
        private final Ticket ticket = admission.submit(request(10));

        @Actor
        public void cancel() {
            ticket.close();
        }

        @Actor
        public void release() {
            grant.close();
        }

        @Arbiter
        public void total(JJ_Result result) {
            result.r1 = available();
            result.r2 = waiting();
        }
    }

    /// One asks while another releases: it is never left waiting with everything free.
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "granted")
    @State
    public static class AskAgainstRelease extends Desk {

        private final Grant grant = take(10);

        @Actor
        public void ask() {
            admission.submit(request(10));
        }

        @Actor
        public void release() {
            grant.close();
        }

        @Arbiter
        public void total(JJ_Result result) {
            result.r1 = available();
            result.r2 = waiting();
            admission.close();
        }
    }
}
