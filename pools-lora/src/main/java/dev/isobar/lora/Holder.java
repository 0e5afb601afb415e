package dev.isobar.lora;

import dev.isobar.memory.Bytes;
import java.util.Objects;

/// Who keeps memory that somebody else wanted.
///
/// *Immutable.*
///
/// @param name the adapter
/// @param bytes how much it has
/// @param reason why it cannot go
public record Holder(String name, long bytes, Reason reason) {

    /// Why an adapter cannot go.
    public enum Reason {
        /// It is in use: a lease is open, or it is pinned.
        IN_USE,
        /// Its priority is above [LoraPriority#CRITICAL].
        CRITICAL
    }

    /// Checks for nulls.
    public Holder {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
        return "%s has %s (%s)"
                .formatted(
                        name,
                        Bytes.approximate(bytes),
                        reason == Reason.IN_USE ? "in use" : "critical");
    }
}
