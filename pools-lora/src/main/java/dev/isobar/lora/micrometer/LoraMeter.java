package dev.isobar.lora.micrometer;

import dev.isobar.lora.LoraStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Every meter that a LoRA pool has beside those of its tiers. All have the tag `pool`.
public enum LoraMeter {
    /// Registered adapters.
    KNOWN("lora.adapters", Meter.Type.GAUGE, null, "Registered adapters", LoraStats::known),
    /// Pinned adapters.
    PINNED("lora.pinned", Meter.Type.GAUGE, null, "Pinned adapters", LoraStats::pinned),
    /// Activations that found the adapter in place.
    HITS(
            "lora.hits",
            Meter.Type.COUNTER,
            null,
            "Activations that found the adapter in place",
            LoraStats::hits),
    /// Activations and prefetches that loaded.
    LOADS(
            "lora.loads",
            Meter.Type.COUNTER,
            null,
            "Activations and prefetches that had to load",
            LoraStats::loads),
    /// Activations without room.
    REFUSALS(
            "lora.refusals",
            Meter.Type.COUNTER,
            null,
            "Activations for which there was no room",
            LoraStats::refusals),
    /// Bytes loaded from files.
    LOADED(
            "lora.loaded",
            Meter.Type.COUNTER,
            BaseUnits.BYTES,
            "What was loaded from files",
            LoraStats::loadedBytes),
    /// Bytes copied to the device.
    PROMOTED(
            "lora.promoted",
            Meter.Type.COUNTER,
            BaseUnits.BYTES,
            "What was copied from host to device",
            LoraStats::promotedBytes),
    /// Bytes kept on the host.
    DEMOTED(
            "lora.demoted",
            Meter.Type.COUNTER,
            BaseUnits.BYTES,
            "What was copied from device to host instead of being lost",
            LoraStats::demotedBytes);

    private final String meterName;
    private final Meter.Type type;
    private final @Nullable String baseUnit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without mutable state
    private final ToDoubleFunction<LoraStats> value;

    LoraMeter(
            String meterName,
            Meter.Type type,
            @Nullable String baseUnit,
            String description,
            ToDoubleFunction<LoraStats> value) {
        this.meterName = meterName;
        this.type = type;
        this.baseUnit = baseUnit;
        this.description = description;
        this.value = value;
    }

    /// The name, dotted and in lower case, without a unit.
    public String meterName() {
        return meterName;
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
    }

    /// The unit, or null for plain numbers.
    public @Nullable String baseUnit() {
        return baseUnit;
    }

    /// What it says.
    public String description() {
        return description;
    }

    double value(LoraStats stats) {
        return value.applyAsDouble(stats);
    }
}
