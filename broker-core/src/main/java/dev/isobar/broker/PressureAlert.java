package dev.isobar.broker;

import java.time.Instant;

/// Something that people should hear of. Exhaustive: a `switch` over it needs no `default`.
///
/// *Immutable.* Names of components are the wire form, too.
public sealed interface PressureAlert {

    /// When it happened, by the wall clock.
    Instant at();

    /// One sentence for people, with the numbers.
    String message();

    /// A source was asked to give bytes back. With 0 bytes freed and pending it is hot and stuck;
    /// this is announced once, again when the tier changes, and as a reminder.
    ///
    /// @param source its name
    /// @param resource what its bytes are made of
    /// @param pressureBefore its pressure before
    /// @param tier the resource's tier
    /// @param askedBytes what it was asked for
    /// @param bytesFreed what was free when it answered
    /// @param pendingBytes what it promised for later
    /// @param actionTaken whether it was asked at all; always true so far
    /// @param at when
    record Relief(
            String source,
            Resource resource,
            double pressureBefore,
            PressureTier tier,
            long askedBytes,
            long bytesFreed,
            long pendingBytes,
            boolean actionTaken,
            Instant at)
            implements PressureAlert {
        @Override
        public String message() {
            return "%s of %s at %.3f (%s): asked for %d bytes, freed %d, pending %d"
                    .formatted(
                            source,
                            resource,
                            pressureBefore,
                            tier.label(),
                            askedBytes,
                            bytesFreed,
                            pendingBytes);
        }
    }

    /// The tier of a resource has changed: for the worse, or back.
    ///
    /// @param resource which one
    /// @param from its tier until now
    /// @param to its tier from now on
    /// @param pressure its pressure
    /// @param at when
    record TierChanged(
            Resource resource, PressureTier from, PressureTier to, double pressure, Instant at)
            implements PressureAlert {
        @Override
        public String message() {
            return "%s: %s -> %s at %.3f".formatted(resource, from.label(), to.label(), pressure);
        }
    }

    /// A source or a signal failed and is set aside.
    ///
    /// @param name its name
    /// @param resource what it holds or gauges
    /// @param reason how it failed
    /// @param until when it is tried again
    /// @param at when
    record Quarantined(String name, Resource resource, String reason, Instant until, Instant at)
            implements PressureAlert {
        @Override
        public String message() {
            return "%s of %s is set aside until %s: %s".formatted(name, resource, until, reason);
        }
    }

    /// A source or a signal that was set aside works again.
    ///
    /// @param name its name
    /// @param resource what it holds or gauges
    /// @param at when
    record Readmitted(String name, Resource resource, Instant at) implements PressureAlert {
        @Override
        public String message() {
            return "%s of %s is back".formatted(name, resource);
        }
    }
}
