package dev.isobar.kv;

import java.util.Arrays;

/// The occupied cells of [HazardShadow] in the order of their worth, as a set of bits: the one that is
/// worth least is the first bit.
///
/// *Guarded by caller.*
final class CellRanks {

    private static final int CELLS = ReuseOdds.CLASSES * ReuseOdds.BUCKETS;
    private static final int WORDS = (CELLS + 63) / 64;

    private final ReuseOdds odds;
    private final int[] rankOf = new int[CELLS];
    private final int[] cellAt = new int[CELLS];
    private final CellSort sort = new CellSort(CELLS);
    private final boolean[] newestFirst = new boolean[CELLS];
    private final long[] bits = new long[WORDS];
    private final long[] words = new long[(WORDS + 63) / 64];

    CellRanks(ReuseOdds odds) {
        this.odds = odds;
        Arrays.setAll(rankOf, cell -> cell);
        Arrays.setAll(cellAt, rank -> rank);
    }

    void occupied(int cell) {
        int rank = rankOf[cell];
        bits[rank >> 6] |= 1L << rank;
        words[rank >> 12] |= 1L << (rank >> 6);
    }

    void vacant(int cell) {
        int rank = rankOf[cell];
        bits[rank >> 6] &= ~(1L << rank);
        if (bits[rank >> 6] == 0) {
            words[rank >> 12] &= ~(1L << (rank >> 6));
        }
    }

    /// The occupied cell that is worth least, or -1.
    int worst() {
        for (int group = 0; group < words.length; group++) {
            if (words[group] != 0) {
                int word = (group << 6) + Long.numberOfTrailingZeros(words[group]);
                return cellAt[(word << 6) + Long.numberOfTrailingZeros(bits[word])];
            }
        }
        return -1;
    }

    /// Whether what is in a cell grows more valuable with age, so that the youngest goes first.
    boolean newestFirst(int cell) {
        return newestFirst[cell];
    }

    /// The odds have changed.
    ///
    /// @param members what is in the cells
    void rank(SlotLists members) {
        for (int cell = 0; cell < CELLS; cell++) {
            int kind = cell / ReuseOdds.BUCKETS;
            int bucket = cell % ReuseOdds.BUCKETS;
            float worth = odds.worth(kind, bucket);
            int older = Math.min(bucket + 1, ReuseOdds.BUCKETS - 1);
            newestFirst[cell] = odds.worth(kind, older) > worth;
            sort.key(cell, Float.floatToIntBits(worth));
        }
        int[] order = sort.sorted();
        Arrays.fill(bits, 0);
        Arrays.fill(words, 0);
        for (int rank = 0; rank < CELLS; rank++) {
            int cell = order[rank];
            cellAt[rank] = cell;
            rankOf[cell] = rank;
            if (members.size(cell) > 0) {
                occupied(cell);
            }
        }
    }
}
