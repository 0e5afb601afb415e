package dev.isobar.lora.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.lora.Activation;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.TierConfig;
import dev.isobar.lora.format.PeftFolder;
import dev.isobar.memory.HostSpace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraMetricsTest {

    @Test
    void bindTo_publishesEveryMeter_withThePoolsFigures(@TempDir Path folder) throws Exception {
        try (HostSpace space = HostSpace.of("space", 1 << 20);
                LoraPool pool = new LoraPool(LoraPoolConfig.of(TierConfig.host(space, 1 << 18)))) {
            var registry = new SimpleMeterRegistry();
            new LoraMetrics(pool).bindTo(registry);
            pool.register("a", PeftFolder.small().write(folder));
            close(pool.activate("a"));
            close(pool.activate("a"));

            for (LoraMeter meter : LoraMeter.values()) {
                assertThat(
                                registry.find(meter.meter().meterName())
                                        .tag("pool", pool.name())
                                        .meter())
                        .as(meter.meter().meterName())
                        .isNotNull();
            }
            assertThat(registry.get("lora.adapters").gauge().value()).isEqualTo(1);
            assertThat(registry.get("lora.hits").functionCounter().count()).isEqualTo(1);
            assertThat(registry.get("lora.loads").functionCounter().count()).isEqualTo(1);
            assertThat(registry.get("lora.loaded").functionCounter().count()).isEqualTo(64);
        }
    }

    private static void close(Activation activation) {
        ((Activation.Active) activation).close();
    }
}
