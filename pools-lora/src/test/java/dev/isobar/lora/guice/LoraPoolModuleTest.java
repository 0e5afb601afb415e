package dev.isobar.lora.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.isobar.broker.PressureSource;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.TierConfig;
import dev.isobar.memory.HostSpace;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoraPoolModuleTest {

    @Test
    void installedModule_givesOnePool_andMakesItsTiersSources() {
        try (HostSpace space = HostSpace.of("space", 1 << 20)) {
            LoraPoolConfig config =
                    LoraPoolConfig.of(TierConfig.host(space, 1 << 18))
                            .withDevice(TierConfig.device(space, 0, 1 << 18));
            Injector injector = Guice.createInjector(new LoraPoolModule(config));

            try (LoraPool pool = injector.getInstance(LoraPool.class)) {
                assertThat(injector.getInstance(LoraPool.class)).isSameAs(pool);
                assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {})))
                        .containsExactlyInAnyOrderElementsOf(pool.sources())
                        .hasSize(2);
            }
        }
    }
}
