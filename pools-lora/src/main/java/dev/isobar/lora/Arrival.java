package dev.isobar.lora;

import java.util.List;

/// How an adapter came to be where it is used.
///
/// *Immutable.*
///
/// @param loaded whether it was not there before, and had to be loaded
/// @param broughtBytes how many of its bytes had to be brought, by this call or by another's load that
///     this call waited for; 0 for a hit
/// @param evicted what had to go for it, in the order in which it went; also from the host, where
///     what left the device took its place
/// @param decisionNanos how long it took to find room, with what was demoted on the way; 0 for a hit
/// @param loadNanos how long the load took, or the wait for somebody else's; 0 for a hit
public record Arrival(
        boolean loaded,
        long broughtBytes,
        List<Evicted> evicted,
        long decisionNanos,
        long loadNanos) {

    /// It was there.
    static final Arrival HIT = new Arrival(false, 0, List.of(), 0, 0);

    /// Copies the list.
    public Arrival {
        evicted = List.copyOf(evicted);
    }
}
