package dev.isobar.kv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Empties whole pages so that the space gets them back: idle blocks move to free places elsewhere,
/// blocks in use, or whose bytes are on their way, stay where they are.
///
/// Looks at every block once; moves only what stands in the way. *Guarded by caller.*
final class Compaction {

    private final BlockTable table;
    private final BlockMemory memory;
    private final BlockTokens tokens;
    private final int[] used;
    private final int[] idle;

    Compaction(BlockTable table, BlockMemory memory, BlockTokens tokens) {
        this.tokens = tokens;
        this.table = table;
        this.memory = memory;
        used = new int[memory.maxPages()];
        idle = new int[memory.maxPages()];
        for (int block = 1; block <= table.blocks(); block++) {
            int page = memory.pageOf(block);
            used[page] += table.users(block) > 0 || table.leaving(block) ? 1 : 0;
            idle[page] += table.idle(block) ? 1 : 0;
        }
    }

    /// How many pages hold no block in use.
    int movablePages() {
        int movable = 0;
        for (int page = 0; page < used.length; page++) {
            movable += memory.present(page) && used[page] == 0 ? 1 : 0;
        }
        return movable;
    }

    /// Releases pages, those with the least to move first.
    ///
    /// @param wanted how many
    /// @param stop asked before each page
    /// @return how many were released
    int release(int wanted, BooleanSupplier stop) {
        List<Integer> pages = new ArrayList<>();
        for (int page = 0; page < used.length; page++) {
            if (memory.present(page) && used[page] == 0) {
                pages.add(page);
            }
        }
        pages.sort(Comparator.comparingInt(page -> idle[page]));
        int[] moved = new int[table.blocks() + 1];
        int released = 0;
        for (int page : pages) {
            if (released == wanted || stop.getAsBoolean() || !fits(page)) {
                break;
            }
            empty(page, moved);
            memory.release(page);
            tokens.departed(page);
            released++;
        }
        table.remap(moved);
        return released;
    }

    private boolean fits(int page) {
        int freeHere = memory.blocksPerPage() - idle[page];
        return table.free() - freeHere >= idle[page];
    }

    private void empty(int page, int[] moved) {
        int first = memory.firstBlock(page);
        int end = first + memory.blocksPerPage();
        for (int block = first; block < end; block++) {
            if (table.isFree(block)) {
                table.departed(block);
            }
        }
        for (int block = first; block < end; block++) {
            if (table.idle(block)) {
                move(block, moved);
                table.departed(block);
            }
        }
    }

    private void move(int block, int[] moved) {
        int to = table.firstFree();
        memory.copy(block, to);
        tokens.moved(block, to);
        table.move(block, to);
        moved[block] = to;
        idle[memory.pageOf(to)]++;
    }
}
