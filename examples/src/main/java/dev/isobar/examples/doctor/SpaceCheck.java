package dev.isobar.examples.doctor;

import dev.isobar.memory.SpaceKind;
import java.util.Objects;
import java.util.OptionalLong;

/// What was found out about one place for bytes.
///
/// *Immutable.*
public sealed interface SpaceCheck {

    /// A short name.
    String id();

    /// What its memory is made of.
    SpaceKind kind();

    /// It works.
    ///
    /// @param id a short name
    /// @param kind what its memory is made of
    /// @param device the device's own name
    /// @param capacityBytes all its memory
    /// @param freeBytes what is free, as the system or the device itself says it; empty if it does
    ///     not
    /// @param speed how fast bytes get there and back
    record Works(
            String id,
            SpaceKind kind,
            String device,
            long capacityBytes,
            OptionalLong freeBytes,
            Speed speed)
            implements SpaceCheck {

        /// @throws NullPointerException if something is missing
        public Works {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(device, "device");
            Objects.requireNonNull(freeBytes, "freeBytes");
            Objects.requireNonNull(speed, "speed");
        }
    }

    /// It does not work, or is not there.
    ///
    /// @param id a short name
    /// @param kind what its memory would be made of
    /// @param reason why not, for people
    record Missing(String id, SpaceKind kind, String reason) implements SpaceCheck {

        /// @throws NullPointerException if something is missing
        public Missing {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// How fast copies were, in bytes per second.
    ///
    /// @param in from host memory into the space
    /// @param out from the space into host memory
    /// @param copyBytes the size of the copies, in bytes
    record Speed(double in, double out, long copyBytes) {}
}
