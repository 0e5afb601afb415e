package dev.isobar.memory;

import java.util.Objects;
import java.util.OptionalLong;

/// What was found when looking for memory: a device on which spaces can be opened, or the reason why
/// there is none of a kind.
///
/// *Immutable.*
public sealed interface SpaceDescription {

    /// What the memory is made of.
    SpaceKind kind();

    /// A device that is there.
    ///
    /// @param kind what the memory is made of
    /// @param id the kind and the driver's number for the device: `cuda-0`
    /// @param device the device's own name
    /// @param capacityBytes all its memory
    /// @param freeBytes what was free when it was asked, for everybody; empty where drivers do not
    ///     say
    /// @param largestBlockBytes the most that one block may have
    /// @param opener opens spaces on it
    record Available(
            SpaceKind kind,
            String id,
            String device,
            long capacityBytes,
            OptionalLong freeBytes,
            long largestBlockBytes,
            Opener opener)
            implements SpaceDescription {

        /// @throws NullPointerException if something is missing
        public Available {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(device, "device");
            Objects.requireNonNull(freeBytes, "freeBytes");
            Objects.requireNonNull(opener, "opener");
        }

        /// Opens a space on the device. Several may be open at a time; each counts its own bytes
        /// only.
        ///
        /// @param name what people will call the space; not blank
        /// @param spaceBytes what the space may take; from 1 to
        ///     [HostSpaceConfig#MAX_CAPACITY_BYTES]. More than the device has is allowed, and
        ///     the device's own refusal then comes first.
        /// @throws IllegalArgumentException if an argument is out of range
        /// @throws MemorySpaceException if the driver fails
        public MemorySpace open(String name, long spaceBytes) {
            return opener.open(name, spaceBytes);
        }
    }

    /// A kind of which no device can be used.
    ///
    /// @param kind what the memory would be made of
    /// @param reason why not, for people
    record Unavailable(SpaceKind kind, String reason) implements SpaceDescription {

        /// @throws NullPointerException if something is missing
        public Unavailable {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// Opens spaces on one device.
    @FunctionalInterface
    interface Opener {

        /// See [Available#open(String, long)].
        MemorySpace open(String name, long capacityBytes);
    }
}
