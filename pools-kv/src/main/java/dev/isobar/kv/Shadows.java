package dev.isobar.kv;

import java.util.List;

/// Four orders that follow a share of all blocks as metadata, and which of them leads.
///
/// *Guarded by caller.*
final class Shadows {

    /// How far up a followed block is looked for, in times of how far it is on average.
    private static final int PATIENCE = 4;

    private final AdaptiveSize size;
    private final BlockHistory history;
    private final LruShadow lru;
    private final ArcShadow arc;
    private final HazardShadow hazard;
    private final List<ShadowOrder> all;
    private final ShadowLeague league;
    private final ShadowPath path = new ShadowPath();

    /// An order, in the order of the shadows.
    enum Leader {
        /// Least recently used.
        LRU,
        /// Least often used.
        LFU,
        /// Adaptive replacement.
        ARC,
        /// Learned odds.
        HAZARD;

        private static final List<Leader> ALL = List.of(values());
    }

    Shadows(AdaptiveSize size, ReuseOdds odds) {
        this.size = size;
        history = new BlockHistory(size.slots(), new Slots());
        int held = size.shadowBlocks();
        lru = new LruShadow(history, held);
        arc = new ArcShadow(history.slots(), held);
        hazard = new HazardShadow(history, held, odds);
        all = List.of(lru, new LfuShadow(history.slots(), held), arc, hazard);
        league = new ShadowLeague(all, size.blocks(), size.followShare());
    }

    Leader leader() {
        return Leader.ALL.get(league.leader());
    }

    /// Which share of a cache ARC would have for blocks seen once, from 0 to 1.
    double onceShare() {
        return arc.targetShare();
    }

    /// The odds have been worked out anew.
    void learnt() {
        hazard.learnt();
    }

    /// A request.
    ///
    /// @param learner what is known of its blocks
    /// @param now in ticks
    /// @return whether another leads from now on
    boolean request(DigestChain chain, ReuseLearner learner, int now) {
        hazard.passTo(now);
        path.begin(BlockHistory.NONE);
        for (int at = 0; at < chain.blocks() && path.length() < size.longestPath(); at++) {
            if (size.follows(chain.key(at))) {
                add(chain.key(at), learner.kind(at));
            }
        }
        return follow();
    }

    /// A sequence grew by a block that no request announced.
    ///
    /// @return whether another leads from now on
    boolean grown(BlockTable table, int block, int kind) {
        long key = table.digest(block, 0);
        if (!size.follows(key) || history.find(key) != BlockHistory.NONE) {
            return false;
        }
        path.begin(followedAbove(table, block));
        add(key, kind);
        return follow();
    }

    private int followedAbove(BlockTable table, int block) {
        int above = table.parent(block);
        int slot = BlockHistory.NONE;
        int tries = (int) (PATIENCE / size.followShare());
        while (tries-- > 0 && above != BlockTable.NONE && slot == BlockHistory.NONE) {
            long key = table.digest(above, 0);
            slot = size.follows(key) ? history.find(key) : BlockHistory.NONE;
            above = table.parent(above);
        }
        return slot;
    }

    private void add(long key, int kind) {
        int slot = history.find(key);
        if (slot == BlockHistory.NONE) {
            slot = history.add(key, path.last());
        } else {
            history.parent(slot, path.last());
            touch(slot);
        }
        hazard.describe(slot, kind);
        path.add(slot);
    }

    private boolean follow() {
        if (path.length() == 0) {
            return false;
        }
        league.count(path);
        for (int at = path.length() - 1; at >= 0; at--) {
            touch(path.slot(at));
        }
        for (int i = 0; i < all.size(); i++) {
            all.get(i).request(path);
        }
        return league.elect();
    }

    private void touch(int slot) {
        lru.beforeTouch(slot);
        history.touch(slot);
    }

    private final class Slots implements BlockHistory.Listener {
        @Override
        public boolean held(int slot) {
            boolean held = false;
            for (int i = 0; i < all.size() && !held; i++) {
                held = all.get(i).holds(slot);
            }
            return held;
        }

        @Override
        public void renewed(int slot) {
            lru.beforeTouch(slot);
        }

        @Override
        public void forgotten(int slot) {
            arc.forgotten(slot);
            hazard.forgotten(slot);
        }
    }
}
