package dev.isobar.broker;

import java.nio.file.Path;
import java.util.Objects;

/// A physical thing that runs out. Pressure is compared only inside one resource: a full disk says
/// nothing about a GPU.
///
/// *Immutable.*
///
/// @param kind what sort of thing it is
/// @param name the stable, unique name used in messages, metrics and snapshots: `heap`, `host`,
///     `device:0`, `disk:/data`, or a user-defined one
public record Resource(Kind kind, String name) {

    /// The sorts of resource.
    public enum Kind {
        /// The Java heap.
        HEAP,
        /// Native memory of the host, outside the heap.
        HOST,
        /// Memory of one accelerator.
        DEVICE,
        /// Space on one disk.
        DISK,
        /// Anything else that a user puts under the broker.
        CUSTOM
    }

    /// The Java heap of this process.
    public static final Resource HEAP = new Resource(Kind.HEAP, "heap");

    /// Native memory of this host.
    public static final Resource HOST = new Resource(Kind.HOST, "host");

    /// @throws IllegalArgumentException if `name` is blank
    public Resource {
        Objects.requireNonNull(kind, "kind");
        requireName(name, "resource name");
    }

    /// Memory of one accelerator.
    ///
    /// @param index the device's index; at least 0
    /// @throws IllegalArgumentException if `index` is negative
    public static Resource device(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("device index must be at least 0: " + index);
        }
        return new Resource(Kind.DEVICE, "device:" + index);
    }

    /// Space on the disk that holds `path`. The path is made absolute and normalised, so that two
    /// spellings of one folder are one resource.
    public static Resource disk(Path path) {
        return new Resource(Kind.DISK, "disk:" + path.toAbsolutePath().normalize());
    }

    /// A user-defined resource.
    ///
    /// @throws IllegalArgumentException if `name` is blank
    public static Resource custom(String name) {
        return new Resource(Kind.CUSTOM, name);
    }

    @Override
    public String toString() {
        return name;
    }

    /// The one check of names in this module.
    static String requireName(String name, String what) {
        Objects.requireNonNull(name, what);
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
        return name;
    }
}
