package dev.isobar.kv;

import java.util.function.LongSupplier;

/// Which unused block goes first when a [KvPool] needs room. Every policy lets only leaves go, so that
/// a kept block can always be reached from the beginning of its prefix.
public enum KvPolicy {
    /// The least recently used.
    LRU,
    /// The first that came.
    FIFO,
    /// The least often found; among equals, the least recently used.
    LFU,
    /// Those found fewer than twice before the others; in each part, the least recently used.
    SLRU,
    /// Adaptive replacement: learns from what it dropped whether new or proven blocks are worth more.
    ARC,
    /// The lowest priority, as asked for; among equals, the least recently used.
    PRIORITY,
    /// The one that saves least: by the time to have it again, how often it was found, and how long ago.
    COST,
    /// Whichever of LRU, LFU, ARC and learned odds of reuse has found most lately.
    ADAPTIVE;

    OrderFactory factory(LongSupplier nanoClock, BlockCost cost) {
        return switch (this) {
            case LRU -> (_, queues) -> new LruOrder(queues, BlockTable.ORDER_QUEUE);
            case FIFO -> (table, _) -> new LeafOrder(table, LeafOrder.FIFO);
            case LFU -> (table, _) -> new LeafOrder(table, LeafOrder.LFU);
            case SLRU -> (table, _) -> new LeafOrder(table, LeafOrder.SLRU);
            case ADAPTIVE -> AdaptiveOrder.factory();
            case COST -> (table, _) -> new CostOrder(table, cost);
            case ARC -> ArcOrder.factory(true);
            case PRIORITY -> PriorityOrder.factory(nanoClock);
        };
    }
}
