package dev.isobar.memory.load;

import org.jspecify.annotations.Nullable;

/// How it is with a tensor, at one moment. What is known of it stays known when it is evicted.
///
/// *Immutable.*
///
/// @param id its number
/// @param tensor its name, and where it is in its file
/// @param state where its bytes are
/// @param version how often that has changed; a plan made before is stale
/// @param occupiedBytes what it occupies of the budget, in bytes; 0 unless it is resident
/// @param pins how many are using it
/// @param failure why the last load failed; null unless it did
public record TensorStatus(
        int id,
        TensorRecord tensor,
        ResidencyState state,
        long version,
        long occupiedBytes,
        int pins,
        @Nullable LoadException failure) {}
