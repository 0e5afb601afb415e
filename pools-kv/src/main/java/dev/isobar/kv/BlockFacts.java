package dev.isobar.kv;

/// The facts of each block but its digest, in flat arrays, and what can be read from them. [BlockTable]
/// alone changes them.
///
/// *Guarded by caller.*
abstract class BlockFacts {

    /// What a block costs here: {@value} bytes: users and tenant of 2 each, and 4 each of parent, of children,
    /// and of state and generation.
    static final int BYTES_PER_BLOCK = 2 + 2 + 4 + 4 + 4;

    /// After how many holders the generation of a block begins again: {@value}, which is 17 years if it has
    /// a new one each second.
    static final int GENERATIONS = 1 << 29;

    /// How many sequences may use a block at once: {@value}.
    static final int MOST_USERS = Character.MAX_VALUE;

    static final int ABSENT = 0;
    static final int FREE = 1;

    /// Its content cannot be found any more, but its bytes are still being read.
    static final int LEAVING = 2;

    static final int BLANK = 3;
    static final int PENDING = 4;
    static final int KEPT = 5;

    /// Kept, and another block had the digest before.
    static final int COPY = 6;

    private static final int STATE_MASK = 7;
    private static final int GENERATION_SHIFT = 3;
    private static final String[] STATES = {
        "absent", "free", "leaving", "blank", "pending", "kept", "kept as a copy"
    };

    final char[] users;
    final int[] parents;
    final int[] children;
    private final char[] tenants;

    /// State and generation, from the lowest bit on.
    private final int[] marks;

    BlockFacts(int blocks) {
        users = new char[blocks + 1];
        tenants = new char[blocks + 1];
        parents = new int[blocks + 1];
        children = new int[blocks + 1];
        marks = new int[blocks + 1];
    }

    /// How many blocks there may be.
    int blocks() {
        return users.length - 1;
    }

    int users(int block) {
        return users[block];
    }

    int parent(int block) {
        return parents[block];
    }

    int children(int block) {
        return children[block];
    }

    int tenant(int block) {
        return tenants[block];
    }

    /// Which holder the block has, or will have next; from 0 to [#GENERATIONS] - 1.
    int generation(int block) {
        return marks[block] >>> GENERATION_SHIFT;
    }

    int state(int block) {
        return marks[block] & STATE_MASK;
    }

    void tenant(int block, int tenant) {
        tenants[block] = (char) tenant;
    }

    /// A free block is somebody's, its content not known yet.
    void blank(int block, int tenant) {
        tenants[block] = (char) tenant;
        state(block, BLANK);
    }

    /// A block that becomes free is of a new generation.
    void state(int block, int state) {
        int renewed = state == FREE ? marks[block] + (1 << GENERATION_SHIFT) : marks[block];
        marks[block] = (renewed & ~STATE_MASK) | state;
    }

    boolean kept(int block) {
        return state(block) >= KEPT;
    }

    boolean pending(int block) {
        return state(block) == PENDING;
    }

    boolean isFree(int block) {
        return state(block) == FREE;
    }

    boolean idle(int block) {
        return users[block] == 0 && kept(block);
    }

    boolean absent(int block) {
        return state(block) == ABSENT;
    }

    boolean leaving(int block) {
        return state(block) == LEAVING;
    }

    /// Whether the block may go: kept, unused, without children.
    boolean mayGo(int block) {
        return children[block] == 0 && idle(block);
    }

    /// Whether the content may be written: nobody else can see it.
    boolean writable(int block) {
        return state(block) == BLANK && users[block] == 1;
    }

    /// The block in a few words, for messages.
    String describe(int block) {
        return "%d (%s, users=%d, children=%d)"
                .formatted(block, STATES[state(block)], users(block), children[block]);
    }

    /// @throws IllegalStateException if the block is in another state
    void require(int block, int state, String what) {
        if (state(block) != state) {
            throw new IllegalStateException("cannot " + what + " block " + describe(block));
        }
    }

    /// @throws IllegalStateException if the block is used, or holds nothing
    void requireIdle(int block) {
        if (!idle(block)) {
            throw new IllegalStateException("block is not idle: " + describe(block));
        }
    }
}
