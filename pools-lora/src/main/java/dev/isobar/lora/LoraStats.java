package dev.isobar.lora;

import dev.isobar.pool.PoolStats;
import java.util.List;

/// A LoRA pool's figures at one moment.
///
/// *Immutable.*
///
/// @param known how many adapters are registered
/// @param pinned how many are pinned
/// @param hits activations that found the adapter where it is used
/// @param loads activations and prefetches that had to load it, or waited for a load
/// @param refusals activations for which there was no room
/// @param loadedBytes what was loaded from files, in bytes
/// @param promotedBytes what was copied from host to device, in bytes
/// @param demotedBytes what was copied from device to host instead of being lost, in bytes
/// @param keptBytes what did not have to be loaded or copied, because it was still in place, in bytes
/// @param remainsBytes what evicted adapters have left in free pages, in bytes; not charged
/// @param tiers each tier's own figures: the device's, if there is one, then the host's
public record LoraStats(
        int known,
        int pinned,
        long hits,
        long loads,
        long refusals,
        long loadedBytes,
        long promotedBytes,
        long demotedBytes,
        long keptBytes,
        long remainsBytes,
        List<PoolStats> tiers) {

    /// Copies the list.
    public LoraStats {
        tiers = List.copyOf(tiers);
    }
}
