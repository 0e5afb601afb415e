package dev.isobar.embedding.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.FakeModel;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void figures_areThoseOfThePool() throws Exception {
        try (EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20)) {
            new EmbeddingMetrics(pool).bindTo(registry);
            pool.embedAll(FakeModel.PROFILE, List.of("a", "b"), new FakeModel());
            pool.embedAll(FakeModel.PROFILE, List.of("a", "b", "c"), new FakeModel());

            assertThat(registry.get("embedding.calls").functionCounter().count()).isEqualTo(2);
            assertThat(registry.get("embedding.texts").functionCounter().count()).isEqualTo(3);
            assertThat(vectors("float32")).isEqualTo((double) pool.usedBytes()).isPositive();
            assertThat(vectors("int8")).isZero();
            assertThat(registry.get("cache.size").tag("cache", pool.name()).gauge().value())
                    .isEqualTo(3);
            assertThat(registry.get("cache.gets").tag("result", "hit").functionCounter().count())
                    .isEqualTo(2);
        }
    }

    private double vectors(String encoding) {
        return registry.get("embedding.memory.used").tag("encoding", encoding).gauge().value();
    }

    @Test
    void everyMeter_isBound_andTaggedWithThePool() {
        try (EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20)) {
            new EmbeddingMetrics(pool).bindTo(registry);

            for (EmbeddingMeter meter : EmbeddingMeter.values()) {
                Meter bound =
                        registry.get(meter.meter().meterName()).tag("pool", pool.name()).meter();
                assertThat(bound.getId().getDescription()).isEqualTo(meter.meter().description());
                assertThat(bound.getId().getBaseUnit()).isEqualTo(meter.meter().baseUnit());
            }
        }
    }

    @Test
    void everyMeter_isInTheDocumentation() throws Exception {
        String page = Files.readString(Path.of("../docs/embedding.md"));
        for (EmbeddingMeter meter : EmbeddingMeter.values()) {
            assertThat(page)
                    .contains("`" + meter.meter().meterName() + "`")
                    .contains(meter.meter().description());
        }
    }
}
