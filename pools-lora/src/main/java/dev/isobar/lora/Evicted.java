package dev.isobar.lora;

import java.util.Objects;

/// An adapter that went, so that another could come, or because the broker asked.
///
/// *Immutable.*
///
/// @param name which
/// @param tier from where
/// @param bytes what became free, in bytes
public record Evicted(String name, String tier, long bytes) {

    /// Checks for nulls.
    public Evicted {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(tier, "tier");
    }
}
