package dev.isobar.embedding.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.isobar.broker.PressureSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddingModuleTest {

    @Test
    void installedModule_givesOnePool_andMakesItASource() {
        EmbeddingPoolConfig config = EmbeddingPoolConfig.builder().name("vectors").build();
        Injector injector = Guice.createInjector(new EmbeddingModule(config));

        try (EmbeddingPool pool = injector.getInstance(EmbeddingPool.class)) {
            assertThat(pool.name()).isEqualTo("vectors");
            assertThat(injector.getInstance(EmbeddingPool.class)).isSameAs(pool);
            assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {})))
                    .containsExactly(pool);
        }
    }
}
