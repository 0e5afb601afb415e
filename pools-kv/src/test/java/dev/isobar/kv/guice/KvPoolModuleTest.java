package dev.isobar.kv.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.isobar.broker.PressureSource;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.pool.guice.StoreModule;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvPoolModuleTest {

    @TempDir Path folder;

    @Test
    void pool_isOne_andAmongTheSources() {
        KvShape shape = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, 4);
        KvPoolConfig config =
                KvPoolConfig.builder(shape, KvIdentity.of("test")).capacityBlocks(8).build();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20))) {
            Injector injector = Guice.createInjector(new KvPoolModule(config, space));
            KvPool pool = injector.getInstance(KvPool.class);
            assertThat(injector.getInstance(KvPool.class)).isSameAs(pool);
            assertThat(sources(injector)).containsExactly(pool);
            assertThat(pool.disk()).isEmpty();
            pool.close();
        }
    }

    private static Set<PressureSource> sources(Injector injector) {
        return injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {}));
    }

    @Test
    void storeWithARoot_putsThePoolOverIt() {
        KvShape shape = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, 4);
        KvPoolConfig config =
                KvPoolConfig.builder(shape, KvIdentity.of("test"))
                        .name("kv-0")
                        .capacityBlocks(8)
                        .build();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20))) {
            Injector off =
                    Guice.createInjector(
                            new KvPoolModule(config, space), new StoreModule(StoreConfig.off()));
            try (KvPool pool = off.getInstance(KvPool.class)) {
                assertThat(pool.disk()).isEmpty();
                assertThat(sources(off)).containsExactly(pool);
            }
            Injector on =
                    Guice.createInjector(
                            new KvPoolModule(config, space),
                            new StoreModule(StoreConfig.at(folder)));
            try (WarmStore store = on.getInstance(WarmStore.class);
                    KvPool pool = on.getInstance(KvPool.class)) {
                assertThat(sources(on))
                        .hasSize(3)
                        .contains(pool, pool.disk().orElseThrow().buffer())
                        .extracting(PressureSource::name)
                        .contains("disk:" + folder);
                try (KvSequence one = pool.open(KvPrompt.of(1, 2, 3, 4, 5))) {
                    one.prefill(5);
                }
                pool.disk().orElseThrow().save();
                assertThat(store.logNames()).contains("kv-0");
                assertThat(pool.disk().orElseThrow().name()).isEqualTo("kv-0");
            }
        }
    }
}
