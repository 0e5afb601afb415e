package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolConfigTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void lowWater_outOfRange_isRefused(double lowWater) {
        refuses(b -> b.lowWater(lowWater), "lowWater", String.valueOf(lowWater));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void limitBytes_outOfRange_isRefused(long limit) {
        refuses(b -> b.limitBytes(limit), "limitBytes", String.valueOf(limit));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE})
    void overdraftBytes_outOfRange_isRefused(long overdraft) {
        refuses(b -> b.overdraftBytes(overdraft), "overdraftBytes", String.valueOf(overdraft));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void name_blank_isRefused(String name) {
        assertThatThrownBy(() ->
                        PoolConfig.<String, String>builder(name)
                                .limitBytes(1)
                                .sizer(String::length)
                                .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    @Test
    void sizer_missing_isNamed() {
        assertThatThrownBy(() -> PoolConfig.<String, String>builder("p").limitBytes(1).build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("sizer");
    }

    @Test
    void sizer_negative_isRefusedAndNothingChanges() {
        var f = new PoolFixture(100);
        f.put("a", 10);
        assertThatThrownBy(() -> f.pool.put("b", new Block("b", -5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool blocks")
                .hasMessageContaining("-5");
        assertThat(f.keys()).containsExactly("a");
        f.assertBalanced();
    }

    @Test
    void sizes_thatWouldOverflow_areRefusedAndNothingChanges() {
        var f = new PoolFixture(Long.MAX_VALUE);
        f.put("a", Long.MAX_VALUE - 10);
        Lease<Block> lease = f.lease("a");
        assertThat(f.offer("b", new Block("b", Long.MAX_VALUE)).stored()).isFalse();
        assertThat(f.offer("c", new Block("c", 11)).stored()).isFalse();
        f.put("d", 10);
        assertThat(f.keys()).containsExactly("a", "d");
        lease.close();
        f.assertBalanced();
    }

    @Test
    void badArguments_areNamed() {
        var f = new PoolFixture(100);
        assertThatThrownBy(() -> f.pool.join("a", -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("estimateBytes")
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> f.pool.limitBytes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limitBytes")
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> f.pool.put("a", new Block("a", 1), Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loadCost");
        assertThat(f.keys()).isEmpty();
        f.assertBalanced();
    }

    @SuppressWarnings("NullAway")
    @Test
    void nulls_areNamed() {
        var f = new PoolFixture(100);
        assertThatThrownBy(() -> f.pool.acquire(null)).hasMessage("key");
        assertThatThrownBy(() -> f.pool.put(null, new Block("a", 1))).hasMessage("key");
        assertThatThrownBy(() -> f.pool.put("a", null)).hasMessage("value");
        assertThatThrownBy(() -> f.pool.acquire("a", null)).hasMessage("loader");
        f.assertBalanced();
    }

    private static void refuses(
            UnaryOperator<PoolConfigBuilder<String, String>> setting, String name, String value) {
        var builder = PoolConfig.<String, String>builder("p").limitBytes(100).sizer(String::length);
        assertThatThrownBy(() -> setting.apply(builder).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pool p")
                .hasMessageContaining(name)
                .hasMessageContaining(value);
    }
}
