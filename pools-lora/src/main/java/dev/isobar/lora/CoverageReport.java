package dev.isobar.lora;

import java.util.List;
import java.util.Objects;

/// For which of an owner's domains there are adapters.
///
/// *Immutable.*
///
/// @param covered domains with an adapter, the busiest first
/// @param gaps domains without one, the busiest first
/// @param ratio the share of domains with one, from 0 to 1; 1 if there was no activity
public record CoverageReport(List<Domain> covered, List<Domain> gaps, double ratio) {

    /// Copies the lists.
    public CoverageReport {
        covered = List.copyOf(covered);
        gaps = List.copyOf(gaps);
    }

    /// A domain in which there was activity.
    ///
    /// @param name the domain
    /// @param activities how often; at least 1
    /// @param successes how often it went well
    public record Domain(String name, long activities, long successes) {
        /// Checks for nulls.
        public Domain {
            Objects.requireNonNull(name, "name");
        }
    }
}
