package dev.isobar.kv;

/// Queues of block numbers in one shared array. A block is in one queue at most, and every operation
/// takes constant time and allocates nothing.
///
/// Blocks are numbered from 1. The ends of queue `q` are one sentinel, numbered after the blocks, whose
/// links close the ring. Both links of a block lie side by side: what one processor changed comes to
/// another in one line of the cache, not in two.
///
/// *Guarded by caller.*
final class BlockQueues {

    /// No block: {@value}.
    static final int NONE = 0;

    private final int blocks;

    /// Of each block the next one, then the one before.
    private final int[] links;

    private final int[] sizes;

    /// @param blocks how many there are
    /// @param queues how many queues share them
    BlockQueues(int blocks, int queues) {
        this.blocks = blocks;
        this.links = new int[2 * (blocks + 1 + queues)];
        this.sizes = new int[queues];
        for (int queue = 0; queue < queues; queue++) {
            int end = end(queue);
            next(end, end);
            previous(end, end);
        }
    }

    /// How many blocks a queue holds.
    int size(int queue) {
        return sizes[queue];
    }

    /// Whether the block is in some queue.
    boolean queued(int block) {
        return next(block) != NONE;
    }

    /// The block at the head, or [#NONE].
    int first(int queue) {
        return orNone(next(end(queue)));
    }

    /// The block at the tail, or [#NONE].
    int last(int queue) {
        return orNone(previous(end(queue)));
    }

    /// The block after a queued one, or [#NONE] at the tail.
    int after(int block) {
        requireQueued(block);
        return orNone(next(block));
    }

    /// Puts a block at the head.
    void addFirst(int queue, int block) {
        link(queue, end(queue), block);
    }

    /// Puts a block at the tail.
    void addLast(int queue, int block) {
        link(queue, previous(end(queue)), block);
    }

    /// Puts a block behind one that is in this queue, or at the head if that one is [#NONE].
    void addAfter(int queue, int queued, int block) {
        if (queued != NONE) {
            requireQueued(queued);
        }
        link(queue, queued == NONE ? end(queue) : queued, block);
    }

    /// Takes a block out of the queue that it is in.
    ///
    /// @throws IllegalStateException if it is in none
    void remove(int queue, int block) {
        int behind = requireQueued(block);
        int before = previous(block);
        next(before, behind);
        previous(behind, before);
        next(block, NONE);
        previous(block, NONE);
        sizes[queue]--;
    }

    /// Takes the block at the head.
    ///
    /// @throws IllegalStateException if the queue is empty
    int poll(int queue) {
        int first = first(queue);
        if (first == NONE) {
            throw new IllegalStateException("No free blocks available");
        }
        remove(queue, first);
        return first;
    }

    /// Puts one block in the place of another, which leaves the queue.
    void replace(int block, int by) {
        requireQueued(block);
        if (queued(by)) {
            throw new IllegalStateException("block " + by + " is in a queue already");
        }
        next(by, next(block));
        previous(by, previous(block));
        next(previous(by), by);
        previous(next(by), by);
        next(block, NONE);
        previous(block, NONE);
    }

    /// Checks that the links of a queue form a ring in both directions, as long as its size says.
    ///
    /// @throws IllegalStateException if they do not
    void check(int queue) {
        int end = end(queue);
        int counted = 0;
        int at = end;
        do {
            if (previous(next(at)) != at) {
                throw new IllegalStateException(
                        "queue %d: the links around block %d are broken".formatted(queue, at));
            }
            at = next(at);
            counted++;
        } while (at != end && counted <= blocks + 1);
        if (counted - 1 != sizes[queue]) {
            throw new IllegalStateException(
                    "queue %d: holds %d blocks, counted %d"
                            .formatted(queue, counted - 1, sizes[queue]));
        }
    }

    private void link(int queue, int before, int block) {
        if (block < 1 || block > blocks) {
            throw new IndexOutOfBoundsException("block %d of %d".formatted(block, blocks));
        }
        if (queued(block)) {
            throw new IllegalStateException("block " + block + " is in a queue already");
        }
        int behind = next(before);
        next(block, behind);
        previous(block, before);
        next(before, block);
        previous(behind, block);
        sizes[queue]++;
    }

    private int next(int block) {
        return links[2 * block];
    }

    private void next(int block, int by) {
        links[2 * block] = by;
    }

    private int previous(int block) {
        return links[2 * block + 1];
    }

    private void previous(int block, int by) {
        links[2 * block + 1] = by;
    }

    /// The link to the block after this one.
    private int requireQueued(int block) {
        int next = next(block);
        if (next == NONE) {
            throw new IllegalStateException("block " + block + " is in no queue");
        }
        return next;
    }

    private int orNone(int block) {
        return block > blocks ? NONE : block;
    }

    private int end(int queue) {
        return blocks + 1 + queue;
    }
}
