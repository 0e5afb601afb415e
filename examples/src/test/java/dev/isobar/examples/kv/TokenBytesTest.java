package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenBytesTest {

    private static final int PER_BLOCK = 4;
    private static final KvShape SHAPE = new KvShape(1, 1, 5, KvType.INT8, KvType.INT8, PER_BLOCK);

    private final HostSpace space = HostSpace.of("test", 1 << 20);
    private final KvPool pool =
            new KvPool(
                    KvPoolConfig.builder(SHAPE, KvIdentity.of("test")).capacityBlocks(16).build(),
                    space);
    private final int[] tokens = {5, 6, 7, 8, 9, 5, 6};

    @AfterEach
    void close() {
        pool.close();
        space.close();
    }

    @Test
    void wrong_asWritten_none() {
        try (KvSequence sequence = written()) {
            assertThat(bytes(0, tokens).wrong(sequence, 0, tokens.length)).isZero();
        }
    }

    @Test
    void wrong_oneByteChanged_countsItsToken() {
        try (KvSequence sequence = written()) {
            sequence.write(1, 2 * SHAPE.bytesPerToken() - 1, MemorySegment.ofArray(new byte[] {1}));
            sequence.write(1, 2 * SHAPE.bytesPerToken() - 2, MemorySegment.ofArray(new byte[] {1}));

            assertThat(bytes(0, tokens).wrong(sequence, 0, tokens.length)).isEqualTo(1);
        }
    }

    @Test
    void wrong_otherTokenBefore_allAfterItAreOthers() {
        try (KvSequence sequence = written()) {
            int[] other = {5, 6, 0, 8, 9, 5, 6};

            assertThat(bytes(0, other).wrong(sequence, 0, other.length)).isEqualTo(5);
            assertThat(bytes(1, tokens).wrong(sequence, 0, tokens.length)).isEqualTo(7);
        }
    }

    private KvSequence written() {
        KvSequence sequence = pool.open(KvPrompt.of(tokens));
        sequence.reserve(tokens.length);
        assertThat(bytes(0, tokens).write(sequence, 0, tokens.length))
                .isEqualTo(tokens.length * SHAPE.bytesPerToken());
        sequence.commit(tokens.length);
        return sequence;
    }

    private static TokenBytes bytes(long start, int[] tokens) {
        TokenBytes bytes = new TokenBytes(start, PER_BLOCK, Math.toIntExact(SHAPE.bytesPerToken()));
        bytes.follow(tokens, 0, 3);
        bytes.follow(tokens, 3, tokens.length);
        return bytes;
    }
}
