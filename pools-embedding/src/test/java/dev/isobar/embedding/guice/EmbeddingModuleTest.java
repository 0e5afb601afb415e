package dev.isobar.embedding.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.isobar.broker.PressureSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import dev.isobar.pool.guice.StoreModule;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void withAStore_poolIsOverIt_andItsDiskIsASource(@TempDir Path folder) {
        Path root = folder.resolve("store");
        Injector injector = injector(StoreConfig.at(root));
        EmbeddingPool pool = injector.getInstance(EmbeddingPool.class);
        try (WarmStore store = injector.getInstance(WarmStore.class);
                pool) {
            var sources = injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {}));
            assertThat(sources)
                    .hasSize(3)
                    .contains(pool, pool.writeBehind().orElseThrow())
                    .extracting(PressureSource::name)
                    .contains("disk:" + root);
            assertThat(root).as("opened when it is used").doesNotExist();
            assertThat(store.opened()).isFalse();
        }
    }

    @Test
    void storeWithoutARoot_isNone() {
        Injector injector = injector(StoreConfig.off());
        try (EmbeddingPool pool = injector.getInstance(EmbeddingPool.class)) {
            assertThat(pool.writeBehind()).isEmpty();
            assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {})))
                    .containsExactly(pool);
        }
    }

    private static Injector injector(StoreConfig store) {
        return Guice.createInjector(
                new StoreModule(store), new EmbeddingModule(EmbeddingPoolConfig.builder().build()));
    }
}
