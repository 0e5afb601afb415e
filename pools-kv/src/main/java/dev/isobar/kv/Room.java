package dev.isobar.kv;

/// Whether there is room for tokens.
///
/// *Immutable.*
public sealed interface Room {

    /// How many blocks were evicted for it, also if it was not enough.
    int evictedBlocks();

    /// There is room, and it is the caller's.
    ///
    /// @param newBlocks how many blocks more the sequence needs for the tokens; 0 if they fit into those
    ///     it has
    record Ready(int newBlocks, int evictedBlocks) implements Room {

        Ready afterEvicting(int before) {
            return new Ready(newBlocks, before + evictedBlocks);
        }
    }

    /// There is no room: nothing was taken.
    ///
    /// @param neededBlocks how many more were needed
    /// @param freeBlocks how many were free
    /// @param idleBlocks how many could have been evicted
    /// @param promisedBlocks how many others were promised
    /// @param evictedBlocks how many were evicted before it turned out
    /// @param limitBlocks how many more the sequence could have if nobody else had any
    /// @param reason why, for people
    @SuppressWarnings("AvoidCommonTypeNames") // always written as Room.Short
    record Short(
            int neededBlocks,
            int freeBlocks,
            int idleBlocks,
            int promisedBlocks,
            int evictedBlocks,
            int limitBlocks,
            String reason)
            implements Room {

        /// Whether waiting cannot help: more is needed than there may ever be.
        public boolean impossible() {
            return neededBlocks > limitBlocks;
        }

        Short afterEvicting(int before) {
            return new Short(
                    neededBlocks,
                    freeBlocks,
                    idleBlocks,
                    promisedBlocks,
                    before + evictedBlocks,
                    limitBlocks,
                    reason);
        }

        Short besides(int owned) {
            return new Short(
                    neededBlocks,
                    freeBlocks,
                    idleBlocks,
                    promisedBlocks,
                    evictedBlocks,
                    Math.max(0, limitBlocks - owned),
                    reason);
        }

        /// One sentence with the numbers.
        public String message() {
            return "no %d blocks (%s; free=%d, idle=%d, promised=%d, evicted=%d, limit=%d)"
                    .formatted(
                            neededBlocks,
                            reason,
                            freeBlocks,
                            idleBlocks,
                            promisedBlocks,
                            evictedBlocks,
                            limitBlocks);
        }
    }
}
