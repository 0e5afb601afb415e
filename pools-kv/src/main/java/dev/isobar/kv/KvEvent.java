package dev.isobar.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change of what can be found in a pool or a tier below it, for routers that keep in step with them.
///
/// *Immutable.* Digests are lower-case hexadecimal, 64 characters. Numbers rise by one from event to
/// event, so a reader sees what it missed.
public sealed interface KvEvent {

    /// The number of the event; the first is 1.
    long number();

    /// The group of layers of the pool that computed the blocks, as its config says; 0 where a tier was
    /// cleared.
    int group();

    /// Blocks can be found from now on.
    ///
    /// @param parent the digest of the block before the first, or null at the beginning of a sequence
    /// @param digests of the blocks, in the order of the sequence
    /// @param tokens of the blocks; in a tier none, if the pool that they came from keeps none
    /// @param tenant whose sequence it was
    /// @param adapter which adapter is applied, or null; in a tier null, too, if the pool that they came from
    ///     keeps no events
    /// @param medium where the bytes are: the name of the pool's resource, or of the tier
    record Stored(
            long number,
            int group,
            @Nullable String parent,
            List<String> digests,
            List<Integer> tokens,
            String tenant,
            @Nullable String adapter,
            String medium)
            implements KvEvent {}

    /// A block can be found no more.
    ///
    /// @param digest its digest
    /// @param tenant to whom it was charged
    /// @param reason why it went
    /// @param medium where the bytes were
    record Removed(
            long number,
            int group,
            String digest,
            String tenant,
            RemovalReason reason,
            String medium)
            implements KvEvent {}

    /// Nothing can be found in a medium any more.
    record Cleared(long number, int group, String medium) implements KvEvent {}
}
