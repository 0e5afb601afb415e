package dev.isobar.kv;

/// Counts a [BlockTable] again and compares.
///
/// Free blocks and only they are in the free queue; a free block has no users, content or children;
/// a kept or pending block is found under its digest;
/// each parent has as many children as say so, and is used if one of them is; the totals are the sums.
final class TableCheck {

    private final BlockTable table;
    private final DigestIndex index;
    private final BlockQueues queues;
    private final boolean leafFirst;
    private int copies;

    TableCheck(BlockTable table, DigestIndex index, BlockQueues queues, boolean leafFirst) {
        this.table = table;
        this.index = index;
        this.queues = queues;
        this.leafFirst = leafFirst;
    }

    void run() {
        queues.check(BlockTable.FREE_QUEUE);
        int used = 0;
        int idle = 0;
        int present = 0;
        int indexed = 0;
        int leaving = 0;
        int[] children = new int[table.blocks() + 1];
        for (int block = 1; block <= table.blocks(); block++) {
            present += table.absent(block) ? 0 : 1;
            used += table.users(block) > 0 ? 1 : 0;
            idle += table.idle(block) ? 1 : 0;
            leaving += table.leaving(block) ? 1 : 0;
            if (table.kept(block) || table.pending(block)) {
                indexed++;
                children[table.parent(block)]++;
                checkIndexed(block);
            }
            boolean nothing = table.isFree(block) || table.absent(block) || table.leaving(block);
            check(block, !nothing || table.users(block) == 0, "free, with users");
            check(block, table.users(block) >= 0, "less than no users");
        }
        for (int block = 1; block <= table.blocks(); block++) {
            check(block, children[block] == table.children(block), "children miscounted");
        }
        equal("present", present, table.present());
        equal("used", used, table.used());
        equal("idle", idle, table.idle());
        equal("leaving", leaving, table.leaving());
        equal("indexed", indexed, table.indexed());
        equal("copies", copies, index.copies());
        int rest = present - table.free() - idle - used - leaving;
        equal("present = free + idle + used + leaving; difference", rest, 0);
    }

    private void checkIndexed(int block) {
        DigestChain chain = new DigestChain(1);
        chain.add(
                index.word(block, 0),
                index.word(block, 1),
                index.word(block, 2),
                index.word(block, 3));
        int first = table.find(chain, 0);
        check(block, first != BlockTable.NONE, "not found by its digest");
        copies += first == block ? 0 : 1;
        int parent = table.parent(block);
        if (leafFirst && parent != BlockTable.NONE) {
            check(block, table.kept(parent) || table.pending(parent), "its parent has no content");
            check(
                    block,
                    table.users(block) == 0 || table.users(parent) > 0,
                    "used, its parent is not");
        }
    }

    private void check(int block, boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("block " + table.describe(block) + ": " + what);
        }
    }

    private static void equal(String what, int counted, int kept) {
        if (counted != kept) {
            throw new IllegalStateException(
                    "%s: counted %d, kept %d".formatted(what, counted, kept));
        }
    }
}
