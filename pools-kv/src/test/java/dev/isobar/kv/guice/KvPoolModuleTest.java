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
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KvPoolModuleTest {

    @Test
    void pool_isOne_andAmongTheSources() {
        KvShape shape = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, 4);
        KvPoolConfig config =
                KvPoolConfig.builder(shape, KvIdentity.of("test")).capacityBlocks(8).build();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20))) {
            Injector injector = Guice.createInjector(new KvPoolModule(config, space));
            KvPool pool = injector.getInstance(KvPool.class);
            assertThat(injector.getInstance(KvPool.class)).isSameAs(pool);
            assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<PressureSource>>() {})))
                    .containsExactly(pool);
            pool.close();
        }
    }
}
