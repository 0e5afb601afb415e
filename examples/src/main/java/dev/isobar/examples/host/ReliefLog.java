package dev.isobar.examples.host;

import dev.isobar.broker.Decision;
import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.ResourceDecision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Adds up what the broker's decisions came to, by resource. The broker keeps only the last
/// decisions, so this has to be shown every snapshot.
///
/// *One thread only.*
public final class ReliefLog {

    private final Map<String, Reliefs> byResource = new TreeMap<>();
    private long lastId;

    /// The reliefs of one resource.
    ///
    /// @param count passes in which one of its sources was asked
    /// @param freedBytes what came of it at once
    /// @param maxPressureAfter the highest pressure after one of them
    /// @param lastPressureAfter the pressure after the last of them
    public record Reliefs(
            long count, long freedBytes, double maxPressureAfter, double lastPressureAfter) {

        private static final Reliefs NONE = new Reliefs(0, 0, 0, 0);

        private Reliefs plus(ResourceDecision resource) {
            return new Reliefs(
                    count + 1,
                    freedBytes + resource.asked().stream().mapToLong(Asked::freedBytes).sum(),
                    Math.max(maxPressureAfter, resource.pressureAfter()),
                    resource.pressureAfter());
        }
    }

    /// Takes in the decisions that are new.
    ///
    /// @param newestFirst as a snapshot has them
    public void add(List<Decision> newestFirst) {
        for (Decision decision : newestFirst.reversed()) {
            if (decision.id() > lastId) {
                lastId = decision.id();
                decision.resources().stream()
                        .filter(resource -> !resource.asked().isEmpty())
                        .forEach(this::add);
            }
        }
    }

    /// What was added so far, by the name of the resource.
    public Map<String, Reliefs> byResource() {
        return Map.copyOf(byResource);
    }

    private void add(ResourceDecision resource) {
        String name = resource.resource().name();
        byResource.put(name, byResource.getOrDefault(name, Reliefs.NONE).plus(resource));
    }
}
