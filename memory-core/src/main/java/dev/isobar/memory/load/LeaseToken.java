package dev.isobar.memory.load;

import java.util.Objects;

/// What proves that somebody may release a mapping lease. A slot is used again, its generation never.
///
/// *Immutable.*
///
/// @param source the number of the source
/// @param slot the slot of the lease
/// @param generation which of the leases that had the slot
/// @param owner who may release it
public record LeaseToken(long source, int slot, long generation, String owner) {

    /// Checks nothing but nulls: a token that does not fit is refused when it is used.
    public LeaseToken {
        Objects.requireNonNull(owner, "owner");
    }
}
