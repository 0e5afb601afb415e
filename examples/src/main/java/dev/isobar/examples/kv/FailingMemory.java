package dev.isobar.examples.kv;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.kv.KvPool;

/// The tool loop while somebody takes memory back again and again, and one of a hundred attempts of the
/// space to let memory go fails.
///
/// *One use.*
///
/// @param loop what the agents do
/// @param faults makes it fail
record FailingMemory(ToolLoop loop, FreeFaults faults) implements Phase {

    private static final int PARTS = 8;

    @Override
    public String name() {
        return "memory that fails";
    }

    @Override
    public int agents() {
        return loop.agents() + 1;
    }

    @Override
    public int requests() {
        return loop.requests();
    }

    @Override
    public void work(int agent, Engine engine) throws InterruptedException {
        if (agent < loop.agents()) {
            loop.work(agent, engine);
            return;
        }
        KvPool pool = engine.pool();
        long bytes = pool.config().capacityBlocks() * pool.config().shape().bytesPerBlock();
        PhaseTally tally = engine.tally();
        for (long ended = 0; ended < loop.requests(); ended = tally.endedRequests()) {
            var _ = pool.reclaim(ReclaimRequest.of(bytes / PARTS));
            engine.admission().reconsider();
            long before = ended;
            engine.turns()
                    .passUntil(
                            () -> tally.endedRequests() != before, () -> tally.awaitEnded(before));
        }
    }
}
