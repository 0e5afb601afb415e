package dev.isobar.kv;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// All that can be found at one moment in a pool and the tiers below it, for a router that begins or has
/// missed events.
///
/// *Immutable.*
///
/// @param number the last event that is in it; go on with the one after
/// @param blocks as if each had just been stored, with this number. In a pool parents come before children;
///     the parent of a block in a tier may be elsewhere, or gone
public record KvIndexSnapshot(long number, List<KvEvent.Stored> blocks) {
    /// Keeps a copy of the list.
    public KvIndexSnapshot {
        blocks = List.copyOf(blocks);
    }

    /// The digests of all blocks in a medium.
    public Set<String> digests(String medium) {
        return blocks.stream()
                .filter(each -> each.medium().equals(medium))
                .flatMap(each -> each.digests().stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
