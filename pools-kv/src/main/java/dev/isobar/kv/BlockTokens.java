package dev.isobar.kv;

import java.util.Arrays;

/// The tokens of blocks, so that what a digest finds can be compared with what was looked for: a digest
/// that collides, or was corrupted, finds nothing.
///
/// Four bytes a token, in an array for each page of blocks that has memory. *Guarded by caller.*
final class BlockTokens {

    private static final int[] NONE = {};

    private final boolean kept;
    private final int perBlock;
    private final int perPage;
    private final int[][] pages;

    /// @param kept whether tokens are kept at all
    BlockTokens(boolean kept, int perBlock, int blocksPerPage, int maxPages) {
        this.kept = kept;
        this.perBlock = perBlock;
        perPage = blocksPerPage;
        pages = new int[kept ? maxPages : 0][];
        Arrays.fill(pages, NONE);
    }

    /// A block holds, or will hold, a block of a sequence.
    ///
    /// @param at which one
    void set(int block, SequenceTokens tokens, int at) {
        if (kept) {
            tokens.copyTo(at * perBlock, page(block), offset(block), perBlock);
        }
    }

    /// Whether a block holds that of a sequence; true if tokens are not kept.
    boolean same(int block, SequenceTokens tokens, int at) {
        return !kept || tokens.sameAs(at * perBlock, page(block), offset(block), perBlock);
    }

    /// A block goes on under another number.
    void moved(int from, int to) {
        if (kept) {
            System.arraycopy(page(from), offset(from), page(to), offset(to), perBlock);
        }
    }

    /// The tokens of a block; none if they are not kept.
    int[] of(int block) {
        int from = kept ? offset(block) : 0;
        return kept ? Arrays.copyOfRange(page(block), from, from + perBlock) : NONE;
    }

    /// The memory of a page went.
    void departed(int page) {
        if (kept) {
            pages[page] = NONE;
        }
    }

    private int[] page(int block) {
        int at = (block - 1) / perPage;
        int[] page = pages[at];
        if (page.length == 0) {
            page = new int[Math.multiplyExact(perPage, perBlock)];
            pages[at] = page;
        }
        return page;
    }

    private int offset(int block) {
        return (block - 1) % perPage * perBlock;
    }
}
