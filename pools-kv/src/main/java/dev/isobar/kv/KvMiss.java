package dev.isobar.kv;

import java.time.Duration;

/// Why the first block that was not found was not found.
///
/// *Immutable.*
public sealed interface KvMiss {

    /// Everything that can be found was: at least one token is always left to compute.
    record Nothing() implements KvMiss {}

    /// Another sequence is computing it now.
    record InFlight() implements KvMiss {}

    /// It was there, and went.
    ///
    /// @param reason why
    /// @param ago how long ago
    /// @param causer the tenant for whom room was made last; for other reasons than room of no meaning
    record Dropped(RemovalReason reason, Duration ago, String causer) implements KvMiss {}

    /// Another tenant's salt would have found it.
    record OtherTenant(String tenant) implements KvMiss {}

    /// It was never stored, or so long ago that nothing remembers it.
    record NeverStored() implements KvMiss {}
}
