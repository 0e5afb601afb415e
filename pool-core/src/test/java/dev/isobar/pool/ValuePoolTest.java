package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ValuePoolTest {

    @Test
    void get_returnsNullOnMissAndTheValueOnHit() throws Exception {
        var pool = pool();
        assertThat(pool.get("a")).isNull();
        pool.put("a", "value");
        assertThat(pool.get("a")).isEqualTo("value");
        var loads = new AtomicInteger();
        assertThat(pool.get("b", _ -> "loaded " + loads.incrementAndGet())).isEqualTo("loaded 1");
        assertThat(pool.get("b", _ -> "loaded " + loads.incrementAndGet())).isEqualTo("loaded 1");
        assertThat(pool.stats().pinnedCount()).isZero();
    }

    @Test
    void construction_withACloser_isRefused() {
        var config =
                PoolConfig.<String, Block>builder("blocks")
                        .limitBytes(100)
                        .sizer(Block::bytes)
                        .closer(Block::free)
                        .build();
        assertThatThrownBy(() -> new ValuePool<>(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool blocks")
                .hasMessageContaining("PagedResourcePool");
    }

    @Test
    void get_onAHit_allocatesNothing() {
        var pool = pool();
        pool.put("a", "value");
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int warmUp = 20_000;
        for (int i = 0; i < warmUp; i++) {
            pool.get("a");
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < warmUp; i++) {
            pool.get("a");
        }
        long perGet = (threads.getCurrentThreadAllocatedBytes() - before) / warmUp;
        assertThat(perGet).isZero();
        assertThat(pool.stats().hits()).isEqualTo(2L * warmUp);
    }

    private static ValuePool<String, String> pool() {
        return new ValuePool<>(
                PoolConfig.<String, String>builder("strings")
                        .limitBytes(1_000)
                        .sizer(String::length)
                        .build());
    }
}
