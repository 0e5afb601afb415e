package dev.isobar.examples.host;

import dev.isobar.broker.Decision;
import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.ResourceDecision;
import java.util.ArrayList;
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
    /// @param lastPressuresAfter the pressures after the last of them, the latest last; at most
    ///     {@value #LAST}. Sources are not all asked at the same time, so one alone says little
    public record Reliefs(
            long count, long freedBytes, double maxPressureAfter, List<Double> lastPressuresAfter) {

        private static final int LAST = 5;
        private static final Reliefs NONE = new Reliefs(0, 0, 0, List.of());

        public Reliefs {
            lastPressuresAfter = List.copyOf(lastPressuresAfter);
        }

        /// The best that the last of them came to.
        public double lowestLastPressureAfter() {
            return lastPressuresAfter.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        }

        private Reliefs plus(ResourceDecision resource) {
            return new Reliefs(
                    count + 1,
                    freedBytes + resource.asked().stream().mapToLong(Asked::freedBytes).sum(),
                    Math.max(maxPressureAfter, resource.pressureAfter()),
                    last(resource.pressureAfter()));
        }

        private List<Double> last(double pressureAfter) {
            var last = new ArrayList<>(lastPressuresAfter);
            last.add(pressureAfter);
            return last.subList(Math.max(0, last.size() - LAST), last.size());
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
