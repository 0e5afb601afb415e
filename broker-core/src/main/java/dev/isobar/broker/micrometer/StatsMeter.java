package dev.isobar.broker.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// One meter that shows a number of a pool's figures: its name, type, unit, tags and meaning. Each pool
/// lists its own in an enum.
///
/// *Immutable.*
///
/// @param meterName dotted and in lower case, without a unit
/// @param type gauge or counter
/// @param baseUnit the unit, or null for plain numbers
/// @param tags what sets it apart from the other meters of its name; from a fixed set
/// @param description what it says, in one sentence
/// @param value how the number is read from the figures
/// @param <S> the figures
public record StatsMeter<S>(
        String meterName,
        Meter.Type type,
        @Nullable String baseUnit,
        Tags tags,
        String description,
        ToDoubleFunction<S> value) {

    /// A number that goes up and down.
    public static <S> StatsMeter<S> gauge(
            String meterName, String description, ToDoubleFunction<S> value) {
        return new StatsMeter<>(
                meterName, Meter.Type.GAUGE, null, Tags.empty(), description, value);
    }

    /// A number that only goes up.
    public static <S> StatsMeter<S> counter(
            String meterName, String description, ToDoubleFunction<S> value) {
        return new StatsMeter<>(
                meterName, Meter.Type.COUNTER, null, Tags.empty(), description, value);
    }

    /// The same in bytes.
    public StatsMeter<S> inBytes() {
        return new StatsMeter<>(meterName, type, BaseUnits.BYTES, tags, description, value);
    }

    /// The same with one tag more.
    public StatsMeter<S> tagged(String key, String value) {
        return new StatsMeter<>(
                meterName, type, baseUnit, tags.and(key, value), description, this.value);
    }

    /// Registers the meter.
    ///
    /// @param owner whose figures they are; the registry refers to it weakly
    /// @param stats how its figures are taken, at each reading
    /// @param ownerTags what sets the owner apart
    public <T> void bindTo(MeterRegistry registry, T owner, Function<T, S> stats, Tags ownerTags) {
        ToDoubleFunction<T> read = each -> value.applyAsDouble(stats.apply(each));
        Tags all = ownerTags.and(tags);
        if (type == Meter.Type.GAUGE) {
            Gauge.builder(meterName, owner, read)
                    .tags(all)
                    .baseUnit(baseUnit)
                    .description(description)
                    .register(registry);
        } else {
            FunctionCounter.builder(meterName, owner, read)
                    .tags(all)
                    .baseUnit(baseUnit)
                    .description(description)
                    .register(registry);
        }
    }
}
