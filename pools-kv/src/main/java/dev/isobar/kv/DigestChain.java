package dev.isobar.kv;

import java.util.Arrays;
import java.util.Objects;

/// The digests of the blocks of one token sequence, from the first block on. Each is four words and
/// covers everything before it, so two equal digests mean two equal prefixes.
///
/// *One thread only.*
final class DigestChain {

    /// Longs in a digest.
    static final int WORDS = 4;

    private long[] words;
    private int blocks;

    DigestChain(int expectedBlocks) {
        words = new long[Math.max(1, expectedBlocks) * WORDS];
    }

    /// How many blocks have a digest.
    int blocks() {
        return blocks;
    }

    /// One of the four words of a block's digest.
    ///
    /// @param at the place of the block in the sequence, from 0
    long word(int at, int word) {
        Objects.checkIndex(at, blocks);
        return words[at * WORDS + word];
    }

    /// 64 bits of a block's digest: enough for a statistic, not for an identity.
    long key(int at) {
        return word(at, 0);
    }

    /// Copies the digest of a block.
    void copy(int at, long[] target, int to) {
        Objects.checkIndex(at, blocks);
        int from = at * WORDS;
        for (int word = 0; word < WORDS; word++) {
            target[to + word] = words[from + word];
        }
    }

    /// Whether the digest of a block is the same as one that stands elsewhere.
    boolean matches(int at, long[] other, int from) {
        Objects.checkIndex(at, blocks);
        int base = at * WORDS;
        return words[base] == other[from]
                && words[base + 1] == other[from + 1]
                && words[base + 2] == other[from + 2]
                && words[base + 3] == other[from + 3];
    }

    /// Adds the digest of the next block.
    void add(long w0, long w1, long w2, long w3) {
        int at = blocks * WORDS;
        if (at == words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        words[at] = w0;
        words[at + 1] = w1;
        words[at + 2] = w2;
        words[at + 3] = w3;
        blocks++;
    }

    /// Drops the digests from a block on.
    void truncate(int toBlocks) {
        Objects.checkFromToIndex(0, toBlocks, blocks);
        blocks = toBlocks;
    }

    /// A chain of its own with the first digests of this one.
    DigestChain copy(int firstBlocks) {
        Objects.checkFromToIndex(0, firstBlocks, blocks);
        DigestChain copy = new DigestChain(firstBlocks + 1);
        System.arraycopy(words, 0, copy.words, 0, firstBlocks * WORDS);
        copy.blocks = firstBlocks;
        return copy;
    }
}
