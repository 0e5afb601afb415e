package dev.isobar.kv;

/// From a digest to the blocks that hold its content.
///
/// Several blocks may have one digest, when two sequences computed the same content at the same time;
/// the one that came first is found. A look-up takes constant time on average and allocates nothing.
///
/// *Guarded by caller.*
final class DigestIndex {

    private static final int NONE = BlockQueues.NONE;

    private final HashRings rings;
    private final long[] digests;
    private int size;
    private int copies;

    DigestIndex(int blocks) {
        rings = new HashRings(blocks);
        digests = new long[(blocks + 1) * DigestChain.WORDS];
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
        int youngest = rings.youngest(chain.word(at, 0));
        if (youngest == NONE) {
            return NONE;
        }
        int block = rings.next(youngest);
        while (block != youngest && !same(block, chain, at)) {
            block = rings.next(block);
        }
        return same(block, chain, at) ? block : NONE;
    }

    /// The next block with the digest of this one, or 0.
    int findNext(int block) {
        int youngest = rings.youngest(word(block, 0));
        int at = block;
        while (at != youngest) {
            at = rings.next(at);
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
        rings.add(block, chain.word(at, 0));
        chain.copy(at, digests, block * DigestChain.WORDS);
        size++;
        copies += known ? 1 : 0;
        return known;
    }

    /// Takes a block out.
    void remove(int block) {
        copies -= twin(block) ? 1 : 0;
        size--;
        rings.remove(block, word(block, 0));
    }

    /// Gives the digest of one block, in its place in the index, to another.
    void move(int from, int to) {
        System.arraycopy(
                digests,
                from * DigestChain.WORDS,
                digests,
                to * DigestChain.WORDS,
                DigestChain.WORDS);
        rings.replace(from, to, word(to, 0));
    }

    /// Whether some block before this one in the index has the same digest.
    boolean duplicate(int block) {
        return copies > 0 && sameFrom(rings.next(rings.youngest(word(block, 0))), block);
    }

    /// Whether some other block has the same digest.
    boolean twin(int block) {
        return copies > 0 && sameFrom(rings.next(block), block);
    }

    /// Whether there is another one with the digest of this one, from one of its ring on and before it.
    private boolean sameFrom(int first, int block) {
        int at = first;
        while (at != block && !same(at, block)) {
            at = rings.next(at);
        }
        return at != block;
    }

    /// One of the four words of the digest of an indexed block.
    long word(int block, int word) {
        return digests[block * DigestChain.WORDS + word];
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
}
