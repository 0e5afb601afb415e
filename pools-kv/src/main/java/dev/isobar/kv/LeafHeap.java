package dev.isobar.kv;

/// A heap of blocks that may go, the lowest key first. Keys are those of the time when a block was added;
/// who takes one off looks at it again. A block may be in it twice.
///
/// *Guarded by caller.* Allocates nothing.
final class LeafHeap {

    /// What a block costs here in bytes: {@value}.
    static final int BYTES_PER_BLOCK = 8 + 4;

    private final long[] keys;
    private final int[] blocks;
    private int size;

    /// Where those that were laid aside begin, up to the end of the arrays.
    private int aside;

    /// @param capacity how many there may be
    LeafHeap(int capacity) {
        keys = new long[capacity + 1];
        blocks = new int[capacity + 1];
        aside = keys.length;
    }

    int size() {
        return size;
    }

    int first() {
        return blocks[1];
    }

    long firstKey() {
        return keys[1];
    }

    void clear() {
        size = 0;
        aside = keys.length;
    }

    /// Adds a block, if there is a place for it.
    boolean add(int block, long key) {
        if (size + 1 >= aside) {
            return false;
        }
        rise(++size, block, key);
        return true;
    }

    /// The first one has another key, which is higher.
    void sinkFirst(long key) {
        sink(1, blocks[1], key);
    }

    void removeFirst() {
        size--;
        if (size > 0) {
            sink(1, blocks[size + 1], keys[size + 1]);
        }
    }

    /// Takes the first one off until [#restore].
    void layFirstAside() {
        int block = blocks[1];
        long key = keys[1];
        removeFirst();
        aside--;
        blocks[aside] = block;
        keys[aside] = key;
    }

    /// Adds what was laid aside again.
    void restore() {
        while (aside < keys.length) {
            int block = blocks[aside];
            long key = keys[aside];
            aside++;
            rise(++size, block, key);
        }
    }

    private void rise(int from, int block, long key) {
        int at = from;
        while (at > 1 && keys[at >> 1] > key) {
            put(at, blocks[at >> 1], keys[at >> 1]);
            at >>= 1;
        }
        put(at, block, key);
    }

    private void sink(int from, int block, long key) {
        int at = from;
        int below = lesserBelow(at);
        while (below <= size && keys[below] < key) {
            put(at, blocks[below], keys[below]);
            at = below;
            below = lesserBelow(at);
        }
        put(at, block, key);
    }

    private int lesserBelow(int at) {
        int left = at * 2;
        return left < size && keys[left + 1] < keys[left] ? left + 1 : left;
    }

    private void put(int at, int block, long key) {
        blocks[at] = block;
        keys[at] = key;
    }
}
