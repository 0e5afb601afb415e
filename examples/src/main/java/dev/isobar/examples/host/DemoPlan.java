package dev.isobar.examples.host;

import dev.isobar.examples.chat.ChatPlan;
import dev.isobar.examples.text.HashingEmbeddingModel;

/// How large everything is, so that a run of any budget looks about the same: caches that fill within
/// some seconds, and are relieved every few seconds from then on.
///
/// *Immutable.*
///
/// @param budgetBytes for all pools together
/// @param kvBytes the limit of the KV pool: 1/2 of the budget
/// @param loraBytes the limit of the LoRA pool: 1/8 of the budget
/// @param vectorBytes the limit of the embedding pool: 1/4 of the budget
/// @param heapBytes the limit of the search cache: the rest, 1/8 of the budget
/// @param passages how many are wanted, so that their vectors are several times the limit
/// @param requestsPerSecond how many searches all workers together make
public record DemoPlan(
        long budgetBytes,
        long kvBytes,
        long loraBytes,
        long vectorBytes,
        long heapBytes,
        int passages,
        double requestsPerSecond) {

    /// Passages that a request looks at: the query, and those to choose from.
    public static final int PASSAGES_PER_REQUEST = 8;

    /// The bytes of one vector: 384 floats.
    static final long VECTOR_BYTES = HashingEmbeddingModel.DIMENSIONS * (long) Float.BYTES;

    /// The vectors of all passages are so many times the limit of their pool.
    private static final int WORKING_SET = 4;

    /// Vectors looked up in a second, as a share of those that the pool can hold. Most are hits, so
    /// that the pool fills in several seconds.
    private static final double LOOK_UPS_PER_ROOM = 0.4;

    /// More would be more than two gentle workers can do.
    private static final double MAX_REQUESTS_PER_SECOND = 4_000;

    /// The passages are kept in the heap; they may take a quarter of it, at about 1 KiB
    /// each.
    private static final long HEAP_PER_PASSAGE = 4 << 10;

    /// The plan for a budget, in this process.
    public static DemoPlan of(long budgetBytes) {
        return of(budgetBytes, Runtime.getRuntime().maxMemory());
    }

    static DemoPlan of(long budgetBytes, long maxHeapBytes) {
        long eighth = budgetBytes / 8;
        long vectorBytes = 2 * eighth;
        long room = vectorBytes / VECTOR_BYTES;
        long affordable = Math.min(maxHeapBytes / HEAP_PER_PASSAGE, Integer.MAX_VALUE);
        double lookUpsPerSecond = room * LOOK_UPS_PER_ROOM;
        return new DemoPlan(
                budgetBytes,
                4 * eighth,
                eighth,
                vectorBytes,
                budgetBytes - 7 * eighth,
                (int) Math.min(room * WORKING_SET, affordable),
                Math.min(MAX_REQUESTS_PER_SECOND, lookUpsPerSecond / PASSAGES_PER_REQUEST));
    }

    /// How many times the vectors of so many passages are the limit of their pool.
    public double workingSet(int passageCount) {
        return (double) passageCount * VECTOR_BYTES / vectorBytes;
    }

    /// A budget that so many passages fill: their vectors are twice the limit of their pool.
    public long suitingBudgetBytes(int passageCount) {
        return passageCount * VECTOR_BYTES * 4 / 2;
    }

    /// How large conversations are.
    public ChatPlan chats() {
        return ChatPlan.of(kvBytes, loraBytes);
    }
}
