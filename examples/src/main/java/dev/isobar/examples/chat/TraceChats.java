package dev.isobar.examples.chat;

import dev.isobar.examples.replay.KvTrace;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The requests of a trace in their order, again from the beginning when it is over. A block of the trace
/// is a block here, whatever it was there, and the answer is one block more. The trace does not say which
/// adapter a request used: all that begin with the same two blocks use the same one.
///
/// *Safe for several threads.*
public final class TraceChats implements ChatSource {

    private static final int PER_BLOCK = ChatPlan.SHAPE.tokensPerBlock();

    private final KvTrace trace;
    private final List<String> adapters;
    private final AtomicLong drawn = new AtomicLong();

    /// @param adapters the names to choose from; at least one
    public TraceChats(KvTrace trace, List<String> adapters) {
        this.trace = trace;
        this.adapters = List.copyOf(adapters);
    }

    /// How many blocks a request adds on average, if nothing is ever evicted.
    public double newBlocks() {
        return 1 + (double) trace.distinctCount() / trace.requests().size();
    }

    @Override
    public ChatRequest next() {
        long number = drawn.getAndIncrement();
        int size = trace.requests().size();
        long[] ids = trace.requests().get((int) (number % size)).ids();
        int[] tokens = new int[(ids.length + 1) * PER_BLOCK];
        for (int at = 0; at < tokens.length; at++) {
            int block = at / PER_BLOCK;
            long id = block < ids.length ? ids[block] : -1 - number;
            tokens[at] = Long.hashCode((id * PER_BLOCK + at % PER_BLOCK) * 0x9E3779B97F4A7C15L);
        }
        long root = ids[Math.min(1, ids.length - 1)];
        String adapter = adapters.get((int) Math.floorMod(root, (long) adapters.size()));
        return new ChatRequest("request " + number, adapter, tokens, ids.length * PER_BLOCK);
    }

    @Override
    public String description() {
        return "%s (%,d requests)".formatted(trace.name(), trace.requests().size());
    }
}
