package dev.isobar.broker;

import java.util.List;
import java.util.Objects;

/// What should be done about pressure: one entry per resource, the worst first.
///
/// *Immutable.*
///
/// @param resources what to do about each resource
public record ReliefPlan(List<ResourcePlan> resources) {

    /// How the sources of a resource are asked.
    public enum Mode {
        /// Not at all.
        NONE,
        /// One after the other, each for what those before did not give or promise.
        WALK,
        /// All at once, each for its own deficit.
        PARALLEL
    }

    /// Copies the list.
    public ReliefPlan {
        resources = List.copyOf(resources);
    }

    /// Whether anybody is to be asked.
    public boolean acts() {
        return resources.stream().anyMatch(r -> !r.steps().isEmpty());
    }

    /// What to do about one resource.
    ///
    /// @param resource which one
    /// @param mode how its sources are asked
    /// @param deficitBytes how many bytes are too many, less what is promised; at least 0
    /// @param limitBytes the most that the steps of a walk may free together: the deficit, or less
    ///     if the limit of bytes per pass is smaller
    /// @param steps who is to be asked, in this order
    /// @param skipped who is not to be asked, and why
    public record ResourcePlan(
            Resource resource,
            Mode mode,
            long deficitBytes,
            long limitBytes,
            List<Step> steps,
            List<Skipped> skipped) {

        /// Copies the lists.
        public ResourcePlan {
            Objects.requireNonNull(resource, "resource");
            Objects.requireNonNull(mode, "mode");
            Settings.requireAtLeast("deficitBytes", deficitBytes, 0);
            Settings.requireAtLeast("limitBytes", limitBytes, 0);
            steps = List.copyOf(steps);
            skipped = List.copyOf(skipped);
        }
    }

    /// One source to be asked.
    ///
    /// @param source its name
    /// @param bytes the most it is asked for; at least 1
    public record Step(String source, long bytes) {

        /// @throws IllegalArgumentException if `bytes` is below 1
        public Step {
            Resource.requireName(source, "source");
            Settings.requireAtLeast("bytes", bytes, 1);
        }
    }

    /// One source that is not to be asked.
    ///
    /// @param source its name
    /// @param reason why not
    public record Skipped(String source, SkipReason reason) {

        /// Checks for null.
        public Skipped {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
