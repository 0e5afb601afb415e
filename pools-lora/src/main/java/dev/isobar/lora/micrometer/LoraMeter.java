package dev.isobar.lora.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.lora.LoraStats;

/// Every meter that a LoRA pool has beside those of its tiers. All have the tag `pool`.
public enum LoraMeter {
    /// Registered adapters.
    KNOWN(gauge("lora.adapters", "Registered adapters", LoraStats::known)),
    /// Pinned adapters.
    PINNED(gauge("lora.pinned", "Pinned adapters", LoraStats::pinned)),
    /// Activations that found the adapter in place.
    HITS(counter("lora.hits", "Activations that found the adapter in place", LoraStats::hits)),
    /// Activations and prefetches that loaded.
    LOADS(counter("lora.loads", "Activations and prefetches that had to load", LoraStats::loads)),
    /// Activations without room.
    REFUSALS(
            counter(
                    "lora.refusals",
                    "Activations for which there was no room",
                    LoraStats::refusals)),
    /// Bytes loaded from files.
    LOADED(counter("lora.loaded", "What was loaded from files", LoraStats::loadedBytes).inBytes()),
    /// Bytes copied to the device.
    PROMOTED(
            counter(
                            "lora.promoted",
                            "What was copied from host to device",
                            LoraStats::promotedBytes)
                    .inBytes()),
    /// Bytes kept on the host.
    DEMOTED(
            counter(
                            "lora.demoted",
                            "What was copied from device to host instead of being lost",
                            LoraStats::demotedBytes)
                    .inBytes()),
    /// Bytes that were still in place.
    KEPT(
            counter(
                            "lora.kept",
                            "What was still in place, and did not have to be loaded or copied",
                            LoraStats::keptBytes)
                    .inBytes()),
    /// Bytes of evicted adapters in free pages.
    REMAINS(
            gauge(
                            "lora.remains",
                            "What evicted adapters have left in free pages",
                            LoraStats::remainsBytes)
                    .inBytes());

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<LoraStats> meter;

    LoraMeter(StatsMeter<LoraStats> meter) {
        this.meter = meter;
    }

    /// What is published.
    public StatsMeter<LoraStats> meter() {
        return meter;
    }
}
