package dev.isobar.examples.kv;

import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvStats;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/// Runs phases of agents' work, each against a pool of its own, and looks afterwards whether all is as it
/// should be.
///
/// *One thread only.*
public final class PressureRun {

    /// Nobody's: a run that can be repeated has the same digests each time.
    private static final byte[] SEEDED_SECRET = new byte[32];

    private static final int TOKENS_PER_BLOCK = 16;
    private static final int SEGMENTS = 64;
    private static final int FAULTS_ONE_IN = 100;
    private static final int[] HARD_OVERLAPS = {4, 8, 16};
    private static final KvShape SHAPE =
            new KvShape(1, 1, 16, KvType.INT8, KvType.INT8, TOKENS_PER_BLOCK);

    private final PressurePlan plan;
    private final List<Phase> phases = new ArrayList<>();

    /// @param hard whether the harder variants come after the usual phases
    public PressureRun(PressurePlan plan, boolean hard) {
        this.plan = plan;
        phases.add(new ToolLoop(plan));
        phases.add(new OverlapLoop(plan));
        phases.add(new PrefixPairs(plan));
        if (hard) {
            for (int overlap : HARD_OVERLAPS) {
                phases.add(new OverlapLoop(plan.overlapping(overlap)));
            }
            phases.add(new MixedSizes(plan));
            phases.add(new LeavingAgents(plan));
            phases.add(new FailingMemory(new ToolLoop(plan), new FreeFaults(FAULTS_ONE_IN)));
            phases.add(LargeRequest.of(plan));
        }
    }

    /// How many requests all phases make together.
    public int requests() {
        return phases.stream().mapToInt(Phase::requests).sum();
    }

    /// Runs all phases.
    ///
    /// @param ended called when a request is over, from any thread
    /// @return one report for each phase, in order
    /// @throws ExecutionException if an agent failed
    public List<PhaseReport> run(Runnable ended) throws InterruptedException, ExecutionException {
        var reports = new ArrayList<PhaseReport>();
        for (Phase phase : phases) {
            reports.add(run(phase, ended));
        }
        return reports;
    }

    PhaseReport run(Phase phase, Runnable ended) throws InterruptedException, ExecutionException {
        var tally = new PhaseTally(ended);
        try (HostSpace space = HostSpace.of("kv-pressure", 1L << 30)) {
            MemorySpace used =
                    phase instanceof FailingMemory failing ? failing.faults().in(space) : space;
            PhaseReport report = run(phase, used, tally);
            if (space.usedBytes() > 0) {
                var problems = new ArrayList<>(report.problems());
                problems.add(space.usedBytes() + " bytes were not given back");
                return report.with(problems);
            }
            return report;
        }
    }

    private PhaseReport run(Phase phase, MemorySpace space, PhaseTally tally)
            throws InterruptedException, ExecutionException {
        Turns turns =
                plan.seed().isPresent()
                        ? new SeededTurns(plan.seed().getAsLong())
                        : new FreeTurns();
        try (KvPool pool = new KvPool(config(turns), space);
                var engine = new Engine(pool, turns, plan.lanes(), tally)) {
            turns.run(
                    IntStream.range(0, phase.agents())
                            .<Callable<Void>>mapToObj(agent -> () -> work(phase, agent, engine))
                            .toList());
            AdmissionSnapshot admission = engine.admission().snapshot();
            check(phase, pool, admission, tally);
            if (phase instanceof FailingMemory failing) {
                failing.faults().stop(); // what failed is tried again when the pool is closed
            } else if (plan.seed().isPresent()) { // else others change what is missing meanwhile
                expect(tally, "blocks evicted without need", tally.unneededBlocks(), 0);
            }
            return tally.report(phase.name(), pool, admission.totals());
        }
    }

    private static Void work(Phase phase, int agent, Engine engine) throws InterruptedException {
        phase.work(agent, engine);
        return null;
    }

    private KvPoolConfig config(Turns turns) {
        int blocks = Math.ceilDiv(plan.budgetTokens(), TOKENS_PER_BLOCK);
        int perSegment = Math.max(1, blocks / SEGMENTS);
        KvPoolConfig.Builder config =
                KvPoolConfig.builder(SHAPE, KvIdentity.of("agents"))
                        .capacityBlocks(blocks - blocks % perSegment)
                        .blocksPerSegment(perSegment)
                        .nanoClock(turns::nanos)
                        .policy(plan.policy());
        if (plan.seed().isPresent()) { // an adaptive policy remembers blocks by their digests
            config.secret(SEEDED_SECRET);
        }
        return config.build();
    }

    /// What must hold when nobody works any more.
    private static void check(
            Phase phase, KvPool pool, AdmissionSnapshot admission, PhaseTally tally) {
        try {
            pool.checkInvariants();
        } catch (IllegalStateException e) {
            tally.problem(String.valueOf(e.getMessage()));
        }
        KvStats stats = pool.stats();
        expect(tally, "open sequences", stats.openSequences(), 0);
        expect(tally, "blocks in use", stats.usedBlocks(), 0);
        expect(tally, "blocks promised", stats.promisedBlocks(), 0);
        expect(tally, "open grants", admission.holders().size(), 0);
        expect(tally, "requests that still wait", admission.waiting().size(), 0);
        expect(tally, "requests", tally.endedRequests(), phase.requests());
    }

    private static void expect(PhaseTally tally, String what, long found, long wanted) {
        if (found != wanted) {
            tally.problem("%s: %d instead of %d".formatted(what, found, wanted));
        }
    }
}
