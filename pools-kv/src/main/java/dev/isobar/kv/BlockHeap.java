package dev.isobar.kv;

import java.util.Arrays;

/// A binary heap of block numbers, the lowest rank first, that knows where each block is.
///
/// Equal ranks go by a second number, and equal ones of those by block number. *Guarded by caller.*
final class BlockHeap {

    private static final int NONE = BlockQueues.NONE;

    private final Second second;
    private final long[] ranks;
    private final int[] places;
    private int[] heap = new int[16];
    private int size;

    /// What decides between equal ranks.
    @FunctionalInterface
    interface Second {
        /// The lowest goes first. Must not change while the block is in the heap.
        long of(int block);
    }

    /// @param blocks the highest block number
    BlockHeap(int blocks) {
        this(blocks, _ -> 0);
    }

    BlockHeap(int blocks, Second second) {
        this.second = second;
        ranks = new long[blocks + 1];
        places = new int[blocks + 1];
    }

    int size() {
        return size;
    }

    boolean contains(int block) {
        return places[block] != 0;
    }

    long rank(int block) {
        return ranks[block];
    }

    /// The block with the lowest rank, or 0.
    int first() {
        return size == 0 ? NONE : heap[1];
    }

    /// The block with the lowest rank among those that may go, or 0. Constant time if it is the first
    /// one; else it looks at all.
    int first(EvictionOrder.Eligible may) {
        if (size == 0 || may.test(heap[1])) {
            return first();
        }
        int best = NONE;
        for (int at = 2; at <= size; at++) {
            int block = heap[at];
            if ((best == NONE || before(block, best)) && may.test(block)) {
                best = block;
            }
        }
        return best;
    }

    void add(int block, long rank) {
        if (contains(block)) {
            throw new IllegalStateException("block " + block + " is in the heap already");
        }
        if (size + 1 == heap.length) {
            heap = Arrays.copyOf(heap, heap.length * 2);
        }
        ranks[block] = rank;
        size++;
        up(size, block);
    }

    /// Takes a block out, if it is in.
    void remove(int block) {
        int at = places[block];
        if (at == 0) {
            return;
        }
        places[block] = 0;
        int last = heap[size--];
        if (last != block) {
            up(at, last);
            down(places[last], last);
        }
    }

    /// One block in the place of another.
    void replace(int block, int by) {
        int at = places[block];
        ranks[by] = ranks[block];
        places[block] = 0;
        places[by] = at;
        heap[at] = by;
    }

    private void up(int from, int block) {
        int at = from;
        while (at > 1 && before(block, heap[at >> 1])) {
            put(at, heap[at >> 1]);
            at >>= 1;
        }
        put(at, block);
    }

    private void down(int from, int block) {
        int at = from;
        while (2 * at <= size) {
            int child = 2 * at;
            if (child < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], block)) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, block);
    }

    private void put(int at, int block) {
        heap[at] = block;
        places[block] = at;
    }

    private boolean before(int one, int other) {
        if (ranks[one] != ranks[other]) {
            return ranks[one] < ranks[other];
        }
        int order = Long.compare(second.of(one), second.of(other));
        return order < 0 || (order == 0 && one < other);
    }
}
