package dev.isobar.kv;

/// From a digest to the blocks that hold its content: chained buckets in two arrays.
///
/// Several blocks may have one digest, when two sequences computed the same content at the same time;
/// the one that came first is found. A look-up takes constant time on average and allocates nothing.
///
/// A chain is a ring: its bucket names the youngest block, behind which the oldest follows, so that a block
/// is added at one end, and as a rule taken out at the other, without a walk. The bits of a bucket that a
/// number does not need are a filter: one bit for each digest that came since the chain was empty, so that
/// most of what is not there is missed in the bucket itself.
///
/// *Guarded by caller.*
final class DigestIndex {

    private static final int NONE = BlockQueues.NONE;

    /// The number of a chain's youngest block, and above it the filter; 0 if the chain is empty.
    private final int[] buckets;

    /// Of each block the one that came into its chain after it; of the youngest the oldest. What stands at 0 means
    /// nothing.
    private final int[] next;

    private final long[] digests;
    private final int numberBits;
    private int size;
    private int copies;

    DigestIndex(int blocks) {
        buckets = new int[Math.max(1, blocks)];
        next = new int[blocks + 1];
        digests = new long[(blocks + 1) * DigestChain.WORDS];
        numberBits = Integer.SIZE - Integer.numberOfLeadingZeros(blocks);
    }

    /// How many blocks are in the index.
    int size() {
        return size;
    }

    /// How many of them have the digest of one that came before.
    int copies() {
        return copies;
    }

    /// The first block with this digest, or 0.
    int find(DigestChain chain, int at) {
        long word = chain.word(at, 0);
        int bucket = buckets[bucket(word)];
        if ((bucket & filter(word)) == 0) {
            return NONE;
        }
        int youngest = youngest(bucket);
        int block = next[youngest];
        while (block != youngest && !same(block, chain, at)) {
            block = next[block];
        }
        return same(block, chain, at) ? block : NONE;
    }

    /// The next block with the digest of this one, or 0.
    int findNext(int block) {
        int youngest = youngest(buckets[bucket(word(block, 0))]);
        int at = block;
        while (at != youngest) {
            at = next[at];
            if (same(at, block)) {
                return at;
            }
        }
        return NONE;
    }

    /// Adds a block, behind others with the same digest.
    ///
    /// @return whether there are any
    boolean add(int block, DigestChain chain, int at) {
        boolean known = find(chain, at) != NONE;
        link(block, chain.word(at, 0));
        chain.copy(at, digests, block * DigestChain.WORDS);
        size++;
        copies += known ? 1 : 0;
        return known;
    }

    /// Takes a block out.
    void remove(int block) {
        copies -= twin(block) ? 1 : 0;
        size--;
        unlink(block);
    }

    /// Gives the digest of one block, in its place in the index, to another.
    void move(int from, int to) {
        System.arraycopy(
                digests,
                from * DigestChain.WORDS,
                digests,
                to * DigestChain.WORDS,
                DigestChain.WORDS);
        next[before(from)] = to;
        next[to] = next[from];
        next[from] = NONE;
        int bucket = bucket(word(to, 0));
        if (youngest(buckets[bucket]) == from) {
            buckets[bucket] += to - from;
        }
    }

    /// Whether some block before this one in the index has the same digest.
    boolean duplicate(int block) {
        if (copies == 0) {
            return false;
        }
        int at = next[youngest(buckets[bucket(word(block, 0))])];
        while (at != block && !same(at, block)) {
            at = next[at];
        }
        return at != block;
    }

    /// Whether some other block has the same digest.
    boolean twin(int block) {
        if (copies == 0) {
            return false;
        }
        int at = next[block];
        while (at != block && !same(at, block)) {
            at = next[at];
        }
        return at != block;
    }

    /// One of the four words of the digest of an indexed block.
    long word(int block, int word) {
        return digests[block * DigestChain.WORDS + word];
    }

    /// Which chains are empty cannot be foretold, so nothing here asks.
    private void link(int block, long word) {
        int bucket = bucket(word);
        int youngest = youngest(buckets[bucket]);
        int oldest = next[youngest];
        next[youngest] = block;
        next[block] = youngest == NONE ? block : oldest;
        buckets[bucket] = (buckets[bucket] + block - youngest) | filter(word);
    }

    private void unlink(int block) {
        int bucket = bucket(word(block, 0));
        int youngest = youngest(buckets[bucket]);
        int before = before(block);
        next[before] = next[block];
        next[block] = NONE;
        int left = buckets[bucket] + (youngest == block ? before - block : 0);
        buckets[bucket] = before == block ? NONE : left;
    }

    /// The block that came into a block's chain before it; of the oldest the youngest.
    private int before(int block) {
        int before = youngest(buckets[bucket(word(block, 0))]);
        while (next[before] != block) {
            before = next[before];
        }
        return before;
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

    private int youngest(int bucket) {
        return bucket & ~(-1 << numberBits);
    }

    /// The bit of a digest above a number: its lower half picks it.
    private int filter(long word) {
        long bits = Integer.SIZE - numberBits;
        return 1 << numberBits + (int) (((word & 0xFFFF_FFFFL) * bits) >>> Integer.SIZE);
    }
}
