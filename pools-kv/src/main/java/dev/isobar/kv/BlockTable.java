package dev.isobar.kv;

/// What is known of each block, in flat arrays: who uses it, what it holds, what it hangs from.
///
/// Blocks are numbered from 1. A block is *absent* (no memory behind it), *free* (in the free queue),
/// *blank* (in use, its content not known yet), *pending* (in use, announced by the one that computes
/// it) or *kept* (its content has a digest and can be shared). A kept block that nobody uses is
/// *idle*: it is in the [EvictionOrder] and goes when room is needed: it is free at once, or *leaving*
/// while its bytes are copied elsewhere.
///
/// Metadata is [#BYTES_PER_BLOCK] bytes a block, without what an order keeps for itself. No operation
/// allocates.
///
/// *Guarded by caller.*
final class BlockTable extends BlockFacts {

    /// What a block costs here: {@value} bytes: 32 of digest, 8 of index, 8 of queue links, and the facts.
    static final int BYTES_PER_BLOCK = 32 + 8 + 8 + BlockFacts.BYTES_PER_BLOCK;

    /// No block: {@value}.
    static final int NONE = BlockQueues.NONE;

    /// The queue of free blocks. The next one belongs to the order.
    static final int FREE_QUEUE = 0;

    static final int ORDER_QUEUE = 1;

    private final boolean leafFirst;
    private final DigestIndex index;
    private final BlockQueues queues;
    private final EvictionOrder order;
    private final TableListener listener;
    private final EvictionOrder.Eligible leaf = this::mayGo;
    private int present;
    private int used;
    private int idle;
    private int leaving;

    /// @param blocks how many there may be
    /// @param policy makes the order
    /// @param leafFirst whether a block with children must stay; false only for models of caches that
    ///     do not know of prefixes
    /// @param listener is told what leaves
    BlockTable(int blocks, OrderFactory policy, boolean leafFirst, TableListener listener) {
        super(blocks);
        this.leafFirst = leafFirst;
        this.listener = listener;
        index = new DigestIndex(blocks);
        queues = new BlockQueues(blocks, policy.queues() + 1);
        order = policy.order(this, queues);
    }

    /// How many blocks have memory.
    int present() {
        return present;
    }

    /// How many blocks are free.
    int free() {
        return queues.size(FREE_QUEUE);
    }

    /// The free block that is handed out next, or [#NONE].
    int firstFree() {
        return queues.first(FREE_QUEUE);
    }

    /// How many blocks somebody uses.
    int used() {
        return used;
    }

    /// How many blocks are kept and unused.
    int idle() {
        return idle;
    }

    /// How many blocks are on their way out.
    int leaving() {
        return leaving;
    }

    /// How many blocks can be found by digest, also those in use.
    int indexed() {
        return index.size();
    }

    EvictionOrder order() {
        return order;
    }

    /// Whether another block has the same digest.
    boolean twin(int block) {
        return index.twin(block);
    }

    /// One of the four words of the digest of a kept or pending block.
    long digest(int block, int word) {
        return index.word(block, word);
    }

    /// The block with this content, kept or pending, or [#NONE]. Changes nothing.
    int find(DigestChain chain, int at) {
        return index.find(chain, at);
    }

    /// The next block with the digest of this one, or [#NONE].
    int findNext(int block) {
        return index.findNext(block);
    }

    /// Memory has come for blocks `from` to `to`, both included: they are free, the lowest first.
    void arrived(int from, int to) {
        for (int block = from; block <= to; block++) {
            state(block, FREE);
            queues.addLast(FREE_QUEUE, block);
            present++;
        }
    }

    /// The memory of a free block goes.
    void departed(int block) {
        require(block, FREE, "depart");
        queues.remove(FREE_QUEUE, block);
        state(block, ABSENT);
        present--;
    }

    /// A free block, in use from now on, or [#NONE] if none is free.
    int acquire(int tenant) {
        int block = queues.first(FREE_QUEUE);
        if (block == NONE) {
            return NONE;
        }
        queues.remove(FREE_QUEUE, block);
        blank(block, tenant);
        parents[block] = NONE;
        users[block] = 1;
        used++;
        listener.charged(tenant);
        return block;
    }

    /// A block that may go, the least valuable first, or [#NONE].
    int victim() {
        return order.victim(leaf);
    }

    /// A block that may go and that the caller would let go.
    int victim(EvictionOrder.Eligible may) {
        return order.victim(block -> mayGo(block) && may.test(block));
    }

    /// Drops the content of a block that may go: it is free, behind those that were free before.
    void drop(int block, RemovalReason reason) {
        requireIdle(block);
        leave(block, reason);
        freeLast(block);
    }

    /// Drops the content of a block that may go, but not its bytes: it is free when it has [#landed].
    void send(int block, RemovalReason reason) {
        requireIdle(block);
        leave(block, reason);
        state(block, LEAVING);
        leaving++;
    }

    /// The bytes of a block that was sent are not needed any more: it is free, behind all others.
    void landed(int block) {
        require(block, LEAVING, "land");
        leaving--;
        freeLast(block);
    }

    /// As [#drop], but the block is free ahead of all others.
    void dropFirst(int block, RemovalReason reason) {
        drop(block, reason);
        queues.remove(FREE_QUEUE, block);
        queues.addFirst(FREE_QUEUE, block);
    }

    /// Says what a blank block will hold, so that others can wait for it.
    void announce(int block, DigestChain chain, int at, int parent) {
        require(block, BLANK, "announce");
        enter(block, chain, at, parent);
        state(block, PENDING);
    }

    /// The content of a blank or pending block is there: it can be shared from now on.
    void keep(int block, DigestChain chain, int at, int parent) {
        if (state(block) == PENDING) {
            state(block, KEPT);
        } else {
            require(block, BLANK, "keep");
            boolean copy = enter(block, chain, at, parent);
            state(block, copy ? COPY : KEPT);
        }
        order.entered(block);
        listener.stored(block);
    }

    /// The one that announced the block will not compute it: nobody finds it any more, and who waits for
    /// it sees a block without content.
    void abandon(int block) {
        require(block, PENDING, "abandon");
        leaveIndex(block);
        parents[block] = NONE;
        state(block, BLANK);
    }

    /// Whether another block has the same digest already.
    private boolean enter(int block, DigestChain chain, int at, int parent) {
        if (leafFirst && parent != NONE) {
            parents[block] = parent;
            children[parent]++;
        }
        return index.add(block, chain, at);
    }

    /// One more user.
    ///
    /// @throws IllegalStateException if nobody can use it, or [#MOST_USERS] do
    void retain(int block) {
        if (users[block] == 0) {
            if (state(block) < KEPT) {
                throw new IllegalStateException("nobody can use block " + describe(block));
            }
            order.taken(block);
            wake(block);
            used++;
        } else if (users[block] == MOST_USERS) {
            throw new IllegalStateException("too many users of block " + describe(block));
        } else if (state(block) >= KEPT) {
            order.shared(block);
        }
        users[block]++;
    }

    /// One user less of each block of a path, from its end to its beginning. Those that nobody uses
    /// now become idle; those without content become free, ahead of all others and in this order.
    ///
    /// @param path block numbers in the order of the sequence
    /// @param from the first to release
    /// @param to the first not to release any more
    void release(int[] path, int from, int to) {
        int lastFreed = NONE;
        for (int at = to - 1; at >= from; at--) {
            int block = path[at];
            if (users[block] < 1) {
                throw new IllegalStateException("nobody uses block " + describe(block));
            }
            if (--users[block] == 0) {
                used--;
                lastFreed = unused(block, lastFreed);
            }
        }
    }

    private int unused(int block, int lastFreed) {
        if (state(block) >= KEPT) {
            idle++;
            listener.idled(tenant(block));
            order.released(block);
            if (state(block) == KEPT || !redundant(block)) {
                return lastFreed;
            }
            leave(block, RemovalReason.DUPLICATE);
        } else if (state(block) == PENDING) {
            leaveIndex(block);
        }
        listener.discharged(tenant(block));
        state(block, FREE);
        queues.addAfter(FREE_QUEUE, lastFreed, block);
        return block;
    }

    private boolean redundant(int block) {
        return children[block] == 0 && index.duplicate(block);
    }

    private void leave(int block, RemovalReason reason) {
        listener.removed(block, reason);
        leaveIndex(block);
        wake(block);
        order.left(block);
    }

    private void leaveIndex(int block) {
        index.remove(block);
        if (parents[block] != NONE) {
            children[parents[block]]--;
        }
    }

    private void wake(int block) {
        idle--;
        listener.woken(tenant(block));
    }

    private void freeLast(int block) {
        listener.discharged(tenant(block));
        state(block, FREE);
        queues.addLast(FREE_QUEUE, block);
    }

    /// Moves an idle block to a free one, which takes over all that is known. The caller copies the
    /// bytes before, and calls [#remap] once for all moves.
    void move(int from, int to) {
        require(to, FREE, "move to");
        queues.remove(FREE_QUEUE, to);
        index.move(from, to);
        parents[to] = parents[from];
        children[to] = children[from];
        tenant(to, tenant(from));
        state(to, state(from));
        order.moved(from, to);
        children[from] = 0;
        parents[from] = NONE;
        state(from, FREE);
        queues.addFirst(FREE_QUEUE, from);
    }

    /// Tells children the new numbers of their parents, given where each block moved to, perhaps to move
    /// on from there; 0 where it did not. Looks at every block.
    void remap(int[] moved) {
        for (int block = 1; block <= blocks(); block++) {
            while (state(block) >= PENDING && moved[parents[block]] != NONE) {
                parents[block] = moved[parents[block]];
            }
        }
    }

    /// The free block that is handed out after this one, or [#NONE].
    int freeAfter(int block) {
        return queues.after(block);
    }

    /// Counts everything again and throws if something does not agree. Looks at every block.
    void checkInvariants() {
        new TableCheck(this, index, queues, leafFirst).run();
    }
}
