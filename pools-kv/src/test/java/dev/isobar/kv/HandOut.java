package dev.isobar.kv;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The order in which blocks would be handed out: the free ones, then the victims of an order of queues,
/// each as if those before had gone.
final class HandOut {

    private HandOut() {}

    static int[] order(BlockTable table) {
        List<Integer> order = new ArrayList<>();
        for (int block = table.firstFree();
                block != BlockTable.NONE;
                block = table.freeAfter(block)) {
            order.add(block);
        }
        Set<Integer> gone = new HashSet<>();
        int victim = next(table, gone);
        while (victim != BlockTable.NONE) {
            gone.add(victim);
            order.add(victim);
            victim = next(table, gone);
        }
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int next(BlockTable table, Set<Integer> gone) {
        return table.order()
                .victim(block ->
                        !gone.contains(block)
                                && table.idle(block)
                                && childrenOf(table, block, gone) == 0);
    }

    private static int childrenOf(BlockTable table, int parent, Set<Integer> gone) {
        int children = 0;
        for (int block = 1; block <= table.blocks(); block++) {
            boolean here = table.kept(block) && !gone.contains(block);
            children += here && table.parent(block) == parent ? 1 : 0;
        }
        return children;
    }
}
