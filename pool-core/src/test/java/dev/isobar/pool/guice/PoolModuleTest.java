package dev.isobar.pool.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import dev.isobar.broker.PressureSource;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.ValuePool;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolModuleTest {

    @Test
    void install_bindsThePoolsAndMakesThemSources() {
        var titlesKey = new Key<ValuePool<String, String>>() {};
        var countsKey = new Key<ValuePool<String, Integer>>() {};
        var titles = new ValuePool<>(config("titles", String::length));
        var counts = new ValuePool<>(PoolModuleTest.<Integer>config("counts", _ -> 4));
        Injector injector =
                Guice.createInjector(
                        new PoolModule<>(titlesKey, titles), new PoolModule<>(countsKey, counts));
        assertThat(injector.getInstance(titlesKey)).isSameAs(titles);
        assertThat(injector.getInstance(new Key<Set<PressureSource>>() {}))
                .containsExactlyInAnyOrder(titles, counts);
    }

    private static <V> PoolConfig<String, V> config(String name, dev.isobar.pool.Sizer<V> sizer) {
        return PoolConfig.<String, V>builder(name).limitBytes(100).sizer(sizer).build();
    }
}
