package dev.isobar.lora;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tiers of a pool: the device's, if there is one, and the host's.
///
/// *Safe for several threads.*
final class Tiers {

    final AdapterTier host;
    final @Nullable AdapterTier device;

    /// Where adapters are used.
    final AdapterTier top;

    Tiers(LoraPoolConfig config, Transfers transfers, MappedFiles files, LoadThreads loads) {
        AdapterTier below =
                new AdapterTier(
                        config.host(), config, loads, config.mapsHost() ? files : null, _ -> {});
        TierConfig inFront = config.device();
        this.host = below;
        this.device =
                inFront == null
                        ? null
                        : new AdapterTier(
                                inFront,
                                config,
                                loads,
                                null,
                                each -> transfers.demote(each, below));
        this.top = device == null ? host : device;
    }

    /// From where adapters are used downwards.
    List<AdapterTier> all() {
        return device == null ? List.of(host) : List.of(device, host);
    }

    /// Drops an adapter from all tiers.
    ///
    /// @return whether it was in one
    boolean drop(KnownAdapter adapter) {
        boolean onHost = host.drop(adapter);
        return (device != null && device.drop(adapter)) || onHost;
    }

    /// Takes an adapter off the device; without one, drops it.
    ///
    /// @return whether it was there
    boolean deactivate(KnownAdapter adapter) {
        return device == null ? host.drop(adapter) : device.release(adapter);
    }

    /// The adapter that is worth least, of those that no tier has to keep: first those that only the
    /// host has, then those that are used, each by the pool's priority.
    Optional<KnownAdapter> leastValuable() {
        Set<String> kept =
                all().stream()
                        .flatMap(tier -> tier.holders().stream())
                        .map(Holder::name)
                        .collect(Collectors.toSet());
        Predicate<KnownAdapter> waits = each -> device == null || !device.has(each.name);
        return Stream.concat(
                        host.pool().ranking().stream().filter(waits), top.pool().ranking().stream())
                .filter(each -> !kept.contains(each.name))
                .findFirst();
    }

    /// A tier's adapters, by slot.
    static List<String> slots(AdapterTier tier) {
        List<String> slots = new ArrayList<>();
        tier.residents().stream()
                .sorted(Comparator.comparingInt(ResidentAdapter::slot))
                .forEach(each -> {
                    while (slots.size() < each.slot()) {
                        slots.add("");
                    }
                    slots.add(each.name());
                });
        return slots;
    }

    /// The names of a tier's adapters.
    static Set<String> names(AdapterTier tier) {
        return tier.residents().stream()
                .map(ResidentAdapter::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    void close() {
        all().forEach(AdapterTier::close);
    }
}
