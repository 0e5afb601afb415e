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
    /// @param arrival how it came to be here
    record Active(String name, Lease<ResidentAdapter> lease, Arrival arrival)
            implements Activation, AutoCloseable {
        public Active {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(lease, "lease");
            Objects.requireNonNull(arrival, "arrival");
        }

        /// Whether it was not there before, and had to be loaded.
        public boolean loaded() {
            return arrival.loaded();
        }

        /// What had to go for it.
        public List<Evicted> evicted() {
            return arrival.evicted();
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
