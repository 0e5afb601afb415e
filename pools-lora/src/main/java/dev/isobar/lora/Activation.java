package dev.isobar.lora;

import dev.isobar.memory.Bytes;
import dev.isobar.pool.Lease;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// What came of asking for an adapter. Exhaustive: a `switch` over it needs no `default`.
///
/// *Immutable.*
public sealed interface Activation {

    /// The adapter asked for.
    String name();

    /// It is here, for as long as the lease is open. Whoever gets this closes the lease.
    ///
    /// @param name the adapter
    /// @param lease the right to use it
    /// @param loaded whether it was not there before, and had to be loaded
    /// @param evicted what had to go for it, in the order in which it went; also from the host, where
    ///     what left the device took its place
    /// @param decisionNanos how long it took to find room, with what was demoted on the way; 0 for a
    ///     hit
    /// @param loadNanos how long the load took, or the wait for somebody else's; 0 for a hit
    record Active(
            String name,
            Lease<ResidentAdapter> lease,
            boolean loaded,
            List<Evicted> evicted,
            long decisionNanos,
            long loadNanos)
            implements Activation, AutoCloseable {
        public Active {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(lease, "lease");
            evicted = List.copyOf(evicted);
        }

        /// The weights.
        ///
        /// @throws IllegalStateException if the lease is closed
        public ResidentAdapter adapter() {
            return lease.value();
        }

        /// Closes the lease.
        @Override
        public void close() {
            lease.close();
        }
    }

    /// There is no room for it, and nothing was evicted.
    ///
    /// @param name the adapter
    /// @param tier where there is no room
    /// @param bytes how much it needs
    /// @param limitBytes how much there is in all
    /// @param holders who keeps it
    record Refused(String name, String tier, long bytes, long limitBytes, List<Holder> holders)
            implements Activation {
        public Refused {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(tier, "tier");
            holders = List.copyOf(holders);
        }

        /// One sentence for people.
        public String message() {
            return "%s: no room for adapter %s: needs %s of %s%s"
                    .formatted(
                            tier,
                            name,
                            Bytes.approximate(bytes),
                            Bytes.approximate(limitBytes),
                            holders.stream()
                                    .map(Holder::toString)
                                    .collect(Collectors.joining(", ", "; ", "")));
        }
    }

    /// Nobody registered an adapter of that name.
    ///
    /// @param name the name
    record Unknown(String name) implements Activation {
        public Unknown {
            Objects.requireNonNull(name, "name");
        }
    }
}
