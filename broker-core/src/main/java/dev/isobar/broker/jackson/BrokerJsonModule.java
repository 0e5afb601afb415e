package dev.isobar.broker.jackson;

import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import dev.isobar.broker.Decision;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.ReliefPlan;
import dev.isobar.broker.Resource;
import dev.isobar.broker.SkipReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Teaches Jackson how the broker's words are written: resources by their names, tiers and other
/// constants in lower case, times as ISO-8601. Everything else in a snapshot, a decision or an alert
/// is a record of numbers, strings and lists, and keeps its component names.
///
/// ```java
/// var json = JsonMapper.builder().addModule(new BrokerJsonModule()).build();
/// json.writeValue(file, broker.snapshot());
/// ```
public final class BrokerJsonModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    private static final List<Class<? extends Enum<?>>> CONSTANTS =
            List.of(
                    PressureTier.class,
                    Decision.Trigger.class,
                    Decision.Outcome.class,
                    ReclaimResult.Outcome.class,
                    ReliefPlan.Mode.class,
                    SkipReason.class);

    /// Makes the module.
    public BrokerJsonModule() {
        super("isobar-broker");
        addSerializer(Resource.class, ToStringSerializer.instance);
        addSerializer(Instant.class, ToStringSerializer.instance);
        addSerializer(Duration.class, ToStringSerializer.instance);
        CONSTANTS.forEach(type -> addSerializer(type, new LowerCase(type)));
    }

    private static final class LowerCase extends ToStringSerializerBase {

        private static final long serialVersionUID = 1L;

        LowerCase(Class<?> type) {
            super(type);
        }

        @Override
        public String valueToString(Object constant) {
            return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
        }
    }
}
