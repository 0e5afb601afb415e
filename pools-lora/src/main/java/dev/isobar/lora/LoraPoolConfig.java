package dev.isobar.lora;

import dev.isobar.lora.format.FormatLimits;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadStrategy;
import dev.isobar.pool.EvictionPriority;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A LoRA pool's settings.
///
/// *Immutable.*
///
/// @param host where adapters wait; without a device, where they are used, too
/// @param device where adapters are used; null if that is the host
/// @param mapsHost whether adapters on the host are read where their mapped files are, and not copied into
///     pages. The bytes are the system's page cache: they are charged like others, since they take the
///     same memory once they were touched; what is reclaimed is forgotten by the system too
/// @param priority which adapter is worth least; those above [LoraPriority#CRITICAL] never go,
///     whatever it says
/// @param keepsRemains whether the pages of an evicted adapter are remembered until somebody needs them,
///     so that it comes back in part for nothing. Costs no memory: the pages are free, and are given back
///     to the system as free ones are
/// @param loading how files are loaded
/// @param limits how much of a file's header is believed
/// @param nanoClock the monotonic clock, in nanoseconds
public record LoraPoolConfig(
        TierConfig host,
        @Nullable TierConfig device,
        boolean mapsHost,
        EvictionPriority<ResidentAdapter> priority,
        boolean keepsRemains,
        LoadPolicy loading,
        FormatLimits limits,
        LongSupplier nanoClock) {

    /// @throws IllegalArgumentException if both tiers have the same name, or pages of different sizes
    public LoraPoolConfig {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(loading, "loading");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (device != null && device.name().equals(host.name())) {
            throw new IllegalArgumentException("two tiers named " + host.name());
        }
        if (device != null && device.pageBytes() != host.pageBytes()) {
            throw new IllegalArgumentException(
                    "both tiers must have pages of one size: host=%d, device=%d"
                            .formatted(host.pageBytes(), device.pageBytes()));
        }
    }

    /// Host memory alone; cost-aware, staged loading.
    public static LoraPoolConfig of(TierConfig host) {
        return new LoraPoolConfig(
                host,
                null,
                false,
                LoraPriority.costAware(),
                true,
                LoadPolicy.of(LoadStrategy.STAGED),
                FormatLimits.defaults(),
                System::nanoTime);
    }

    /// The same, with a device in front.
    public LoraPoolConfig withDevice(TierConfig tier) {
        return new LoraPoolConfig(
                host, tier, mapsHost, priority, keepsRemains, loading, limits, nanoClock);
    }

    /// The same, with adapters on the host mapped, or loaded into pages.
    public LoraPoolConfig withHostMapped(boolean mapped) {
        return new LoraPoolConfig(
                host, device, mapped, priority, keepsRemains, loading, limits, nanoClock);
    }

    /// The same, with another priority.
    public LoraPoolConfig withPriority(EvictionPriority<ResidentAdapter> other) {
        return new LoraPoolConfig(
                host, device, mapsHost, other, keepsRemains, loading, limits, nanoClock);
    }

    /// The same, with or without remains.
    public LoraPoolConfig withRemains(boolean kept) {
        return new LoraPoolConfig(
                host, device, mapsHost, priority, kept, loading, limits, nanoClock);
    }

    /// The same, with another way of loading.
    public LoraPoolConfig withLoading(LoadPolicy other) {
        return new LoraPoolConfig(
                host, device, mapsHost, priority, keepsRemains, other, limits, nanoClock);
    }

    /// The same, with another clock.
    public LoraPoolConfig withNanoClock(LongSupplier other) {
        return new LoraPoolConfig(
                host, device, mapsHost, priority, keepsRemains, loading, limits, other);
    }
}
