package dev.isobar.pool.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.PoolStats;
import dev.isobar.pool.ValuePool;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ValuePool<String, String> pool =
            new ValuePool<>(
                    PoolConfig.<String, String>builder("titles")
                            .limitBytes(100)
                            .sizer(String::length)
                            .build());

    @Test
    void bind_publishesThePoolsFigures() {
        new PoolMetrics(pool).bindTo(registry);
        pool.put("a", "12345");
        pool.get("a");
        pool.get("a");
        pool.get("missing");
        assertThat(registry.get("pool.memory.used").tag("pool", "titles").gauge().value())
                .isEqualTo(5);
        assertThat(registry.get("pool.memory.limit").gauge().value()).isEqualTo(100);
        assertThat(registry.get("pool.pressure").gauge().value()).isEqualTo(0.05);
        assertThat(registry.get("cache.size").tag("cache", "titles").gauge().value()).isEqualTo(1);
        assertThat(registry.get("cache.gets").tag("result", "hit").functionCounter().count())
                .isEqualTo(2);
        assertThat(registry.get("cache.gets").tag("result", "miss").functionCounter().count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void everyMeter_isBoundAsItsTableSays(PoolMeter each) {
        new PoolMetrics(pool).bindTo(registry);
        StatsMeter<PoolStats> meter = each.meter();
        var search = registry.get(meter.meterName()).tags(meter.tags().and("pool", "titles"));
        Meter.Id id = search.meter().getId();
        assertThat(id.getType()).isEqualTo(meter.type());
        assertThat(id.getBaseUnit()).isEqualTo(meter.baseUnit());
        assertThat(id.getDescription()).isEqualTo(meter.description());
        assertThat(id.getTags()).extracting(Tag::getKey).doesNotContain("key", "tenant");
        assertThat(meter.meterName()).matches("[a-z]+(\\.[a-z]+)*");
    }

    @ParameterizedTest
    @EnumSource
    void everyMeter_isInTheDocumentation(PoolMeter meter) throws IOException {
        assertThat(Files.readString(metricsPage())).contains("`" + meter.meter().meterName() + "`");
    }

    /// The page, from the module's folder or the repository's.
    private static Path metricsPage() {
        Path here = Path.of("docs", "metrics.md");
        return Files.exists(here) ? here : Path.of("..").resolve(here);
    }
}
