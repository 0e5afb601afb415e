package dev.isobar.examples.host;

import dev.isobar.memory.Bytes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The bytes that are still charged after everything was closed. All should be 0.
///
/// *Immutable.*
///
/// @param bytes by whom: the pools and caches by their names as sources, and the spaces their bytes were in
public record Leftovers(Map<String, Long> bytes) {

    /// Copies the map.
    public Leftovers {
        bytes = new TreeMap<>(bytes);
    }

    /// All of them.
    public long totalBytes() {
        return bytes.values().stream().reduce(0L, Math::addExact);
    }

    /// Each of them, for people.
    public String parts() {
        return bytes.entrySet().stream()
                .map(part -> part.getKey() + " " + Bytes.approximate(part.getValue()))
                .collect(Collectors.joining(", "));
    }
}
