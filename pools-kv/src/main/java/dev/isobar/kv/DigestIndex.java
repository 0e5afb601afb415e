package dev.isobar.kv;

/// From a digest to the blocks that hold its content: chained buckets in two arrays.
///
/// Several blocks may have one digest, when two sequences computed the same content at the same time;
/// the one that came first is found. A look-up takes constant time on average and allocates nothing.
///
/// *Guarded by caller.*
final class DigestIndex {

    private static final int NONE = BlockQueues.NONE;

    private final int[] buckets;
    private final int[] next;
    private final long[] digests;
    private int size;

    DigestIndex(int blocks) {
        buckets = new int[Math.max(1, blocks)];
        next = new int[blocks + 1];
        digests = new long[(blocks + 1) * DigestChain.WORDS];
    }

    /// How many blocks are in the index.
    int size() {
        return size;
    }

    /// The first block with this digest, or 0.
    int find(DigestChain chain, int at) {
        int block = buckets[bucket(chain.word(at, 0))];
        while (block != NONE && !same(block, chain, at)) {
            block = next[block];
        }
        return block;
    }

    /// The next block with the digest of this one, or 0.
    int findNext(int block) {
        int at = next[block];
        while (at != NONE && !same(at, block)) {
            at = next[at];
        }
        return at;
    }

    /// Adds a block, behind others with the same digest.
    ///
    /// @return whether there are any
    boolean add(int block, DigestChain chain, int at) {
        chain.copy(at, digests, block * DigestChain.WORDS);
        size++;
        return link(block);
    }

    /// Takes a block out.
    void remove(int block) {
        unlink(block);
        size--;
    }

    /// Gives the digest of one block, in its place in the index, to another.
    void move(int from, int to) {
        System.arraycopy(
                digests,
                from * DigestChain.WORDS,
                digests,
                to * DigestChain.WORDS,
                DigestChain.WORDS);
        next[to] = next[from];
        replaceLink(from, to);
        next[from] = NONE;
    }

    /// Whether some block before this one in the index has the same digest.
    boolean duplicate(int block) {
        int at = buckets[bucket(word(block, 0))];
        while (at != block && !same(at, block)) {
            at = next[at];
        }
        return at != block;
    }

    /// Whether some other block has the same digest.
    boolean twin(int block) {
        int at = buckets[bucket(word(block, 0))];
        while (at != NONE && (at == block || !same(at, block))) {
            at = next[at];
        }
        return at != NONE;
    }

    /// One of the four words of the digest of an indexed block.
    long word(int block, int word) {
        return digests[block * DigestChain.WORDS + word];
    }

    private boolean link(int block) {
        int bucket = bucket(word(block, 0));
        int at = buckets[bucket];
        if (at == NONE) {
            buckets[bucket] = block;
            return false;
        }
        boolean known = same(at, block);
        while (next[at] != NONE) {
            at = next[at];
            known |= same(at, block);
        }
        next[at] = block;
        return known;
    }

    private void unlink(int block) {
        replaceLink(block, next[block]);
        next[block] = NONE;
    }

    private void replaceLink(int block, int by) {
        int bucket = bucket(word(block, 0));
        if (buckets[bucket] == block) {
            buckets[bucket] = by;
            return;
        }
        int at = buckets[bucket];
        while (next[at] != block) {
            at = next[at];
        }
        next[at] = by;
    }

    private boolean same(int block, DigestChain chain, int at) {
        return chain.matches(at, digests, block * DigestChain.WORDS);
    }

    private boolean same(int one, int other) {
        for (int word = 0; word < DigestChain.WORDS; word++) {
            if (word(one, word) != word(other, word)) {
                return false;
            }
        }
        return true;
    }

    /// A digest's bits are as good as random, so its upper half picks the bucket without a division.
    private int bucket(long word) {
        return (int) (((word >>> Integer.SIZE) * buckets.length) >>> Integer.SIZE);
    }
}
