package dev.isobar.broker.admission;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every order of asking, trying, releasing and taking back must look like one after the other.
@Order(1) // before many classes are loaded, all of which it rewrites
public class AdmissionLincheckTest {

    private static final int LANES = 2;

    private final Supply lanes = Supply.counted(Resource.custom("engine"), "lanes", LANES);
    private final Admission admission =
            Admission.builder(
                            AdmissionConfig.builder("lincheck")
                                    .bypassLimit(0)
                                    .maxWait(Duration.ofDays(1))
                                    .build())
                    .supply(lanes)
                    .nanoClock(() -> 0)
                    .alarms((_, _) -> () -> {})
                    .executor(Runnable::run)
                    .build();

    /// The tickets of each thread, which it alone touches.
    private final List<Deque<Ticket>> hands =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    /// Asks, ready to wait.
    ///
    /// @return whether it was granted at once
    @Operation
    public boolean ask(@Param(gen = ThreadIdGen.class) int thread) {
        Ticket ticket = admission.submit(request());
        hands.get(thread).addLast(ticket);
        return ticket.now().isPresent();
    }

    /// Asks, not ready to wait.
    ///
    /// @return whether it was granted
    @Operation
    public boolean attempt(@Param(gen = ThreadIdGen.class) int thread) {
        Ticket ticket = admission.submit(request().waitingAtMost(Duration.ZERO));
        boolean granted = ticket.now().orElseThrow() instanceof Granted;
        if (granted) {
            hands.get(thread).addLast(ticket);
        }
        return granted;
    }

    /// Takes back the oldest, whether it waits or holds a lane.
    ///
    /// @return whether it was waiting
    @Operation
    public boolean leave(@Param(gen = ThreadIdGen.class) int thread) {
        Ticket ticket = hands.get(thread).pollFirst();
        if (ticket == null) {
            return false;
        }
        boolean waited = ticket.cancel();
        ticket.close();
        ticket.close();
        return waited;
    }

    @Test
    void modelChecking() {
        modelChecking(4, 40);
    }

    @Test
    void stress() {
        stress(4, 150);
    }

    @Tag("stress")
    @Test
    void modelChecking_long() {
        modelChecking(30, 500);
    }

    @Tag("stress")
    @Test
    void stress_long() {
        stress(40, 2000);
    }

    private AdmissionRequest request() {
        return AdmissionRequest.of("thread", Claim.of(lanes, 1));
    }

    private static void modelChecking(int scenarios, int orders) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(orders)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .sequentialSpecification(Queued.class)
                .check(AdmissionLincheckTest.class);
    }

    private static void stress(int scenarios, int runs) {
        new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsPerThread(3)
                .sequentialSpecification(Queued.class)
                .check(AdmissionLincheckTest.class);
    }

    /// What an admission is, one operation after the other.
    public static final class Queued {

        private final List<Object> inside = new ArrayList<>();
        private final List<Object> queue = new ArrayList<>();
        private final List<Deque<Object>> hands =
                List.of(
                        new ArrayDeque<>(),
                        new ArrayDeque<>(),
                        new ArrayDeque<>(),
                        new ArrayDeque<>());

        public boolean ask(int thread) {
            var ticket = new Object();
            hands.get(thread).addLast(ticket);
            queue.add(ticket);
            elect();
            return inside.contains(ticket);
        }

        public boolean attempt(int thread) {
            if (!queue.isEmpty() || inside.size() == LANES) {
                return false;
            }
            return ask(thread);
        }

        public boolean leave(int thread) {
            Object ticket = hands.get(thread).pollFirst();
            boolean waited = queue.remove(ticket);
            inside.remove(ticket);
            elect();
            return waited;
        }

        private void elect() {
            while (!queue.isEmpty() && inside.size() < LANES) {
                inside.add(queue.removeFirst());
            }
        }
    }
}
