package dev.isobar.kv;

/// The facts of each block but its digest, in flat arrays, and what can be read from them. [BlockTable]
/// alone changes them.
///
/// *Guarded by caller.*
abstract class BlockFacts {

    /// What a block costs here: {@value} bytes: users, parent and children of 4 each, and 4 of tenant, state
    /// and generation.
    static final int BYTES_PER_BLOCK = 4 + 4 + 4 + 4;

    /// After how many holders the generation of a block begins again: {@value}.
    static final int GENERATIONS = 1 << 13;

    static final int ABSENT = 0;
    static final int FREE = 1;

    /// Its content cannot be found any more, but its bytes are still being read.
    static final int LEAVING = 2;

    static final int BLANK = 3;
    static final int PENDING = 4;
    static final int KEPT = 5;

    /// Kept, and another block had the digest before.
    static final int COPY = 6;

    private static final int STATE_SHIFT = 16;
    private static final int STATE_MASK = 7;
    private static final int GENERATION_SHIFT = 19;
    private static final String[] STATES = {
        "absent", "free", "leaving", "blank", "pending", "kept", "kept as a copy"
    };

    final int[] users;
    final int[] parents;
    final int[] children;

    /// Tenant, state and generation, from the lowest bit on.
    private final int[] marks;

    BlockFacts(int blocks) {
        users = new int[blocks + 1];
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
        return marks[block] & TenantLedger.MAX_TENANTS;
    }

    /// Which holder the block has, or will have next; from 0 to [#GENERATIONS] - 1.
    int generation(int block) {
        return marks[block] >>> GENERATION_SHIFT;
    }

    int state(int block) {
        return (marks[block] >>> STATE_SHIFT) & STATE_MASK;
    }

    void tenant(int block, int tenant) {
        marks[block] = (marks[block] & ~TenantLedger.MAX_TENANTS) | tenant;
    }

    /// A free block is somebody's, its content not known yet.
    void blank(int block, int tenant) {
        int generation = marks[block] >>> GENERATION_SHIFT;
        marks[block] = (generation << GENERATION_SHIFT) | (BLANK << STATE_SHIFT) | tenant;
    }

    /// A block that becomes free is of a new generation.
    void state(int block, int state) {
        int renewed = state == FREE ? marks[block] + (1 << GENERATION_SHIFT) : marks[block];
        marks[block] = (renewed & ~(STATE_MASK << STATE_SHIFT)) | (state << STATE_SHIFT);
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
                .formatted(block, STATES[state(block)], users[block], children[block]);
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
