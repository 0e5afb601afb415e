package dev.isobar.examples.kv;

import dev.isobar.kv.KvSequence;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes that stand for a model's keys and values: those of a token follow from the token, from all
/// tokens before it and from the adapter, as a model's do. So a block that was mixed up with another, kept
/// too long or moved wrongly does not read as it should.
///
/// *One thread only.*
public final class TokenBytes {

    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final int perBlock;
    private final int tokenBytes;
    private final byte[] block;
    private long[] states = new long[64];
    private int known;

    /// @param start what the first token follows, such as a number for the adapter
    /// @param perBlock tokens in a block; at least 1
    /// @param tokenBytes bytes of a token; at least 1
    public TokenBytes(long start, int perBlock, int tokenBytes) {
        this.perBlock = perBlock;
        this.tokenBytes = tokenBytes;
        block = new byte[Math.multiplyExact(perBlock, tokenBytes)];
        states[0] = mix(start);
    }

    /// Says which tokens come next.
    public void follow(int[] tokens, int from, int to) {
        if (states.length <= known + to - from) {
            states = Arrays.copyOf(states, Math.max(known + to - from + 1, states.length * 2));
        }
        for (int at = from; at < to; at++) {
            states[known + 1] = mix(states[known] ^ tokens[at]);
            known++;
        }
    }

    /// Writes tokens into the blocks that a sequence has reserved for them.
    ///
    /// @param from the first token's place; all of them were [followed][#follow(int[], int, int)]
    /// @return how many bytes
    public long write(KvSequence sequence, int from, int to) {
        for (int at = from; at < to; at = nextBlock(at, to)) {
            MemorySegment bytes = fill(at, nextBlock(at, to));
            sequence.write(at / perBlock, (long) (at % perBlock) * tokenBytes, bytes);
        }
        return (long) (to - from) * tokenBytes;
    }

    /// Reads tokens of a sequence, and compares.
    ///
    /// @return how many of them do not read as they should
    public int wrong(KvSequence sequence, int from, int to) {
        int wrong = 0;
        byte[] read = new byte[block.length];
        for (int at = from; at < to; at = nextBlock(at, to)) {
            MemorySegment expected = fill(at, nextBlock(at, to));
            MemorySegment found = MemorySegment.ofArray(read).asSlice(0, expected.byteSize());
            sequence.read(at / perBlock, (long) (at % perBlock) * tokenBytes, found);
            wrong += differing(expected, found);
        }
        return wrong;
    }

    private int differing(MemorySegment expected, MemorySegment found) {
        if (expected.mismatch(found) < 0) {
            return 0;
        }
        int differing = 0;
        for (long at = 0; at < expected.byteSize(); at += tokenBytes) {
            MemorySegment token = expected.asSlice(at, tokenBytes);
            differing += token.mismatch(found.asSlice(at, tokenBytes)) < 0 ? 0 : 1;
        }
        return differing;
    }

    private int nextBlock(int at, int to) {
        return Math.min(to, (at / perBlock + 1) * perBlock);
    }

    private MemorySegment fill(int from, int to) {
        int length = (to - from) * tokenBytes;
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = from; at < to; at++) {
            long state = states[at + 1];
            int end = (at - from + 1) * tokenBytes;
            for (; bytes.position() + Long.BYTES <= end; state += STEP) {
                bytes.putLong(state);
            }
            while (bytes.position() < end) {
                bytes.put((byte) state);
            }
        }
        return MemorySegment.ofArray(block).asSlice(0, length);
    }

    /// The finalizer of SplitMix64.
    private static long mix(long number) {
        long mixed = number + STEP;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
