package dev.isobar.kv;

import java.util.function.IntUnaryOperator;

/// Tells of the blocks of a request how often each was asked for and in which class it is, and learns the
/// odds from it.
///
/// What was asked for before is known of blocks that are held, of the share of all blocks that
/// [ReuseGhosts] remember, and of the block at which a request ended, as the next turn of a conversation
/// goes on there. Between these it follows from the prefix: what comes before a known block is known and was
/// asked for as often at least; and a request that goes on from a known block mostly goes on from the end of
/// the blocks that were new with it.
///
/// *Guarded by caller.* Allocates only where a request is longer than all before.
final class ReuseLearner {

    private static final int LEARN_EACH = 100;

    /// How many ghosts may be looked at for each block that is asked for, when all are looked at.
    private static final int LOOKS_PER_BLOCK = 64;

    private final AdaptiveSize size;
    private final ReuseOdds odds;
    private final ReuseGhosts ghosts;
    private final NoteTable ends;
    private char[] kinds = new char[64];
    private byte[] uses = new byte[64];
    private long requests;
    private long blocks;
    private long learntBlocks;

    ReuseLearner(AdaptiveSize size) {
        this.size = size;
        odds = new ReuseOdds(size.grid());
        ghosts = new ReuseGhosts(odds, size.ghosts());
        ends = new NoteTable(size.notes());
    }

    ReuseOdds odds() {
        return odds;
    }

    /// The class of a block of the last request.
    int kind(int at) {
        return kinds[at];
    }

    /// How often a block of the last request was asked for, this time included.
    int uses(int at) {
        return uses[at];
    }

    /// A request.
    ///
    /// @param hits how many of its blocks, from the first on, are held
    /// @param held how often a block of the request was asked for, by its place, if it is held; else 0
    /// @param now in ticks
    void request(DigestChain chain, int hits, IntUnaryOperator held, int now) {
        int length = chain.blocks();
        if (kinds.length < length) {
            kinds = new char[length + length / 4];
            uses = new byte[length + length / 4];
        }
        int known = known(chain, hits);
        int news = length - known;
        int most = 1;
        int runEnd = length - 1;
        for (int at = length - 1; at >= 0; at--) {
            long key = chain.key(at);
            most = Math.max(most, Math.max(held.applyAsInt(at), remembered(key)));
            int times = at < known ? Math.min(ReuseOdds.MOST_USES, most + 1) : 1;
            kinds[at] = (char) (at == length - 1 ? odds.last() : odds.classOf(times, news));
            uses[at] = (byte) times;
            runEnd = kinds[at] == kinds[runEnd] ? runEnd : at;
            if (size.learns(key)) {
                ghosts.asked(key, kinds[at], times, runEnd, now);
            }
        }
        int end = Math.max(0, length - 2);
        ends.put(chain.key(end), 0, uses[end]);
    }

    /// How many blocks were asked for before, as far as can be told.
    private int known(DigestChain chain, int hits) {
        int length = chain.blocks();
        int deepest = ReuseGhosts.NONE;
        int known = hits;
        int limit = length;
        for (int at = 0; at < length; at++) {
            long key = chain.key(at);
            known = ends.of(key) == NoteTable.NONE ? known : Math.max(known, at + 1);
            if (size.learns(key)) {
                int ghost = ghosts.find(key);
                if (ghost != ReuseGhosts.NONE) {
                    deepest = ghost;
                    known = Math.max(known, at + 1);
                }
                limit = ghost == ReuseGhosts.NONE ? Math.min(limit, at) : length;
            }
        }
        int likely = deepest == ReuseGhosts.NONE ? 0 : ghosts.runEnd(deepest) + 1;
        return Math.max(known, Math.min(limit, likely));
    }

    private int remembered(long key) {
        int ghost = size.learns(key) ? ghosts.find(key) : ReuseGhosts.NONE;
        int uses = NoteTable.uses(ends.of(key));
        return ghost == ReuseGhosts.NONE ? uses : Math.max(uses, ghosts.uses(ghost));
    }

    /// A block that no request announced.
    void grown(long key, int now) {
        if (size.learns(key) && ghosts.find(key) == ReuseGhosts.NONE) {
            ghosts.asked(key, odds.classOf(1, 1), 1, 0, now);
        }
    }

    /// Works the odds out anew, if it is time.
    ///
    /// @param length of the last request
    /// @return whether they have changed
    boolean learn(int length, int now) {
        requests++;
        blocks += length;
        boolean due =
                requests % LEARN_EACH == 0
                        && blocks - learntBlocks >= ghosts.places() / LOOKS_PER_BLOCK;
        if (!due && requests != 20 && requests != 50) {
            return false;
        }
        learntBlocks = blocks;
        ghosts.age(now);
        odds.learn(size.learnShare() * blocks / requests);
        return true;
    }
}
