package dev.isobar.kv;

/// Makes the [EvictionOrder] of a table.
interface OrderFactory {

    /// How many of the table's queues the order wants: from [BlockTable#ORDER_QUEUE] on.
    default int queues() {
        return 1;
    }

    /// A new order.
    ///
    /// @param table what is known of the blocks; to read only
    /// @param queues the queues of the table; the order uses its own, and no other
    EvictionOrder order(BlockTable table, BlockQueues queues);
}
