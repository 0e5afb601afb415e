package dev.isobar.kv;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.MemorySpace;
import java.util.stream.IntStream;

/// Small pools with one byte a number, and tokens for them.
final class Pools {

    static final KvIdentity MODEL = KvIdentity.of("test-model");

    private Pools() {}

    /// Two bytes of keys and values a token.
    static KvShape shape(int tokensPerBlock) {
        return new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, tokensPerBlock);
    }

    static MemorySpace space() {
        return new HostSpace(HostSpaceConfig.of("kv-test", 64 << 20));
    }

    /// A pool that takes all its memory at once.
    static KvPoolConfig.Builder config(int tokensPerBlock, int blocks) {
        return KvPoolConfig.builder(shape(tokensPerBlock), MODEL)
                .capacityBlocks(blocks)
                .blocksPerSegment(blocks)
                .secret("a secret of the tests".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static KvPool pool(KvPoolConfig.Builder config) {
        return new KvPool(config.build(), space());
    }

    static KvPool pool(int tokensPerBlock, int blocks) {
        return pool(config(tokensPerBlock, blocks));
    }

    /// The numbers from one to the one before another.
    static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    /// One number many times.
    static int[] times(int count, int token) {
        return IntStream.range(0, count).map(_ -> token).toArray();
    }

    static int[] concat(int[]... parts) {
        return java.util.Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }

    /// Opens a sequence and puts all of its prompt into blocks.
    static KvSequence filled(KvPool pool, int... tokens) {
        return filled(pool, KvPrompt.of(tokens));
    }

    static KvSequence filled(KvPool pool, KvPrompt prompt) {
        KvSequence sequence = pool.open(prompt);
        Room room = sequence.prefill(sequence.remainingTokens());
        if (!(room instanceof Room.Ready)) {
            throw new IllegalStateException(room.toString());
        }
        return sequence;
    }
}
