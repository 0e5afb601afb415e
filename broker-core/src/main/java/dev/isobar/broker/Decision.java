package dev.isobar.broker;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// What the broker did in one pass, and why: as data.
///
/// *Immutable.*
///
/// @param id counts the passes of this broker, from 1
/// @param at when, by the wall clock
/// @param trigger what made the broker look
/// @param policy who made the plan: `standard` or `custom`; if a custom policy failed, why
/// @param pressure that of the worst resource before
/// @param tier that of the worst resource before
/// @param resources what was found and done, the worst resource first
public record Decision(
        long id,
        Instant at,
        Trigger trigger,
        String policy,
        double pressure,
        PressureTier tier,
        List<ResourceDecision> resources) {

    /// What made the broker look.
    public enum Trigger {
        /// Its own tick.
        TICK,
        /// A call of [PressureBroker#relieve()].
        MANUAL
    }

    /// How an ask went.
    public enum Outcome {
        /// As [ReclaimResult.Outcome#RELEASED].
        RELEASED,
        /// As [ReclaimResult.Outcome#PARTIAL].
        PARTIAL,
        /// As [ReclaimResult.Outcome#DEFERRED].
        DEFERRED,
        /// As [ReclaimResult.Outcome#REFUSED].
        REFUSED,
        /// The source threw, hung or lied: it is set aside, and nothing it claimed counts.
        FAILED;

        static Outcome of(ReclaimResult.Outcome outcome) {
            return switch (outcome) {
                case RELEASED -> RELEASED;
                case PARTIAL -> PARTIAL;
                case DEFERRED -> DEFERRED;
                case REFUSED -> REFUSED;
            };
        }
    }

    /// Copies the list.
    public Decision {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(trigger, "trigger");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(tier, "tier");
        resources = List.copyOf(resources);
    }

    /// Whether some source gave bytes back at once.
    public boolean triggered() {
        return bytesFreed() > 0;
    }

    /// Whether some source was asked.
    public boolean acted() {
        return resources.stream().anyMatch(r -> !r.asked().isEmpty());
    }

    /// The bytes that were free at the end of the pass.
    public long bytesFreed() {
        return resources.stream()
                .flatMap(r -> r.asked().stream())
                .mapToLong(Asked::freedBytes)
                .reduce(0, Bytes::plus);
    }

    /// The names of the sources that gave bytes back at once, in the order in which they were asked.
    public List<String> sourcesActed() {
        return resources.stream()
                .flatMap(r -> r.asked().stream())
                .filter(a -> a.freedBytes() > 0)
                .map(Asked::source)
                .toList();
    }

    /// What was found and done about one resource.
    ///
    /// @param resource which one
    /// @param tier its tier before, with hysteresis
    /// @param pressureBefore its pressure before
    /// @param pressureAfter its pressure after, by what the asked sources said then
    /// @param mode how its sources were asked
    /// @param deficitBytes how many bytes were too many, less what was promised already
    /// @param asked who was asked, in this order
    /// @param skipped who was not, and why
    /// @param signals what the signals said, with their age
    public record ResourceDecision(
            Resource resource,
            PressureTier tier,
            double pressureBefore,
            double pressureAfter,
            ReliefPlan.Mode mode,
            long deficitBytes,
            List<Asked> asked,
            List<ReliefPlan.Skipped> skipped,
            List<SignalState> signals) {

        /// Copies the lists.
        public ResourceDecision {
            asked = List.copyOf(asked);
            skipped = List.copyOf(skipped);
            signals = List.copyOf(signals);
        }
    }

    /// One source that was asked.
    ///
    /// @param source its name
    /// @param pressure its pressure before
    /// @param askedBytes what it was asked for
    /// @param freedBytes what was free when it answered
    /// @param pendingBytes what it promised for later
    /// @param outcome how it went
    /// @param nanos how long it took
    /// @param detail the source's own words, or how it failed; may be empty
    public record Asked(
            String source,
            double pressure,
            long askedBytes,
            long freedBytes,
            long pendingBytes,
            Outcome outcome,
            long nanos,
            String detail) {}
}
