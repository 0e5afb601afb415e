package dev.isobar.examples.chat;

import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;

/// How large conversations are, so that a pool of any size looks about the same: it fills in some seconds,
/// and those who talk come back while some of what they said is still there.
///
/// *Immutable.*
///
/// @param blocks how many blocks the pool may have; at least 8
/// @param mostBlocks the longest conversation
/// @param conversations how many are open at a time
/// @param adapterBytes what all adapters together may take; at least 1
/// @param adapters how many there are
public record ChatPlan(
        int blocks, int mostBlocks, int conversations, long adapterBytes, int adapters) {

    /// A small model: a token has 1 KiB, a block of 16 tokens 16 KiB.
    public static final KvShape SHAPE = new KvShape(4, 2, 32, KvType.FLOAT16, KvType.FLOAT16, 16);

    /// Requests that run at a time.
    public static final int LANES = 4;

    /// Threads that make requests: some more than there are lanes, so that some wait.
    public static final int WORKERS = 6;

    /// How many adapters are made.
    public static final int ADAPTERS = 24;

    /// A conversation that nobody ends ends itself after about as many turns.
    static final int LONGEST_TURNS = 12;

    /// New blocks in a second, as a share of the pool, if all that was said is still there.
    private static final double BLOCKS_PER_ROOM = 0.06;

    private static final double MAX_REQUESTS_PER_SECOND = 100;

    /// How much of the time the lanes are taken.
    private static final double LANES_TAKEN = 0.5;

    /// What all conversations hold, as a multiple of the pool: more than the broker leaves them.
    private static final int WORKING_SET = 1;

    /// @throws IllegalArgumentException if there are too few blocks or bytes
    public ChatPlan {
        if (blocks < 8 || adapterBytes < 1) {
            throw new IllegalArgumentException(
                    "wanted at least 8 blocks and a byte for adapters: %d, %d"
                            .formatted(blocks, adapterBytes));
        }
    }

    /// The plan for so many bytes.
    ///
    /// @param kvBytes for KV blocks
    /// @param adapterBytes for adapters
    public static ChatPlan of(long kvBytes, long adapterBytes) {
        int blocks = (int) Math.min(1 << 24, kvBytes / SHAPE.bytesPerBlock());
        int most = Math.clamp(blocks / 8, 4, 512);
        int conversations = Math.clamp(WORKING_SET * (long) blocks * 5 / (2L * most), 4, 4096);
        return new ChatPlan(blocks, most, conversations, adapterBytes, ADAPTERS);
    }

    /// Tokens that one turn adds on average: a question, and an answer half as long.
    public int turnTokens() {
        return Math.max(6, mostBlocks * SHAPE.tokensPerBlock() / LONGEST_TURNS);
    }

    /// Tokens that all conversations with one adapter begin with.
    public int greetingTokens() {
        return Math.clamp(mostBlocks / 4, 1, 16) * SHAPE.tokensPerBlock();
    }

    /// How many requests all workers together make.
    ///
    /// @param newBlocks how many blocks a request adds on average; more than 0
    public double requestsPerSecond(double newBlocks) {
        return Math.min(MAX_REQUESTS_PER_SECOND, BLOCKS_PER_ROOM * blocks / newBlocks);
    }

    /// The blocks that a turn of our own conversations adds on average.
    public double newBlocks() {
        return (double) turnTokens() / SHAPE.tokensPerBlock();
    }

    /// How long a request keeps its lane on average, as it would while a model works.
    ///
    /// @param requestsPerSecond how many come
    public long laneNanos(double requestsPerSecond) {
        return (long) (1e9 * LANES_TAKEN * LANES / requestsPerSecond);
    }
}
