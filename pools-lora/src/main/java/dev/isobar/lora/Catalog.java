package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.lora.format.FormatLimits;
import dev.isobar.memory.load.FileSources;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The adapters that are registered, loaded or not, by name.
///
/// *Safe for several threads.*
final class Catalog {

    private final Map<String, KnownAdapter> known = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final FileSources sources;
    private final AdapterReader reader;

    Catalog(FileSources sources, FormatLimits limits) {
        this.sources = sources;
        this.reader = new AdapterReader(sources, limits);
    }

    /// @param sha256 what the digest of the weights must be; null if it does not matter
    AdapterDescription register(
            String name, Path path, double priority, String domain, byte @Nullable [] sha256) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an adapter's name must not be blank");
        }
        LoraPriority.require(priority);
        AdapterDescription description = reader.read(path);
        KnownAdapter adapter =
                new KnownAdapter(
                        name,
                        domain,
                        description,
                        sha256 == null
                                ? sources.register(description.weights())
                                : sources.register(description.weights(), sha256),
                        new Demand(requests),
                        priority);
        if (known.putIfAbsent(name, adapter) != null) {
            throw new IllegalArgumentException("an adapter named %s is there".formatted(name));
        }
        return description;
    }

    @Nullable KnownAdapter remove(String name) {
        return known.remove(name);
    }

    @Nullable KnownAdapter find(String name) {
        return known.get(name);
    }

    /// @throws IllegalArgumentException if it is unknown
    KnownAdapter require(String name) {
        KnownAdapter adapter = find(name);
        if (adapter == null) {
            throw new IllegalArgumentException("unknown adapter: " + name);
        }
        return adapter;
    }

    /// Whether this very adapter is still registered.
    boolean has(KnownAdapter adapter) {
        return adapter.equals(known.get(adapter.name));
    }

    int size() {
        return known.size();
    }

    Set<String> domains() {
        return known.values().stream().map(each -> each.domain).collect(Collectors.toSet());
    }
}
