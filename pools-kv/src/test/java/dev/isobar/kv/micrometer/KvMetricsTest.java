package dev.isobar.kv.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.kv.KvDiskConfig;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvMetricsTest {

    @TempDir Path folder;

    private static final KvShape SHAPE = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, 4);

    @Test
    void meters_followThePool() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20));
                KvPool pool = pool(space)) {
            new KvMetrics(pool).bindTo(registry);
            try (KvSequence one = pool.open(KvPrompt.of(1, 2, 3, 4, 5))) {
                one.prefill(5);
                assertThat(value(registry, "kv.blocks", "state", "used")).isEqualTo(2);
            }
            pool.open(KvPrompt.of(1, 2, 3, 4, 5)).close();
            assertThat(value(registry, "kv.blocks", "state", "idle")).isEqualTo(1);
            assertThat(value(registry, "kv.prefix.tokens", "result", "hit")).isEqualTo(4);
            assertThat(value(registry, "kv.prefix.tokens", "result", "miss")).isEqualTo(6);
            assertThat(registry.get("kv.memory.committed").gauge().value())
                    .isEqualTo(space.usedBytes());
        }
    }

    @Test
    void meters_ofTheDisk_areThereWithADisk() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20));
                WarmStore store = WarmStore.of(StoreConfig.at(folder));
                KvPool pool =
                        new KvPool(
                                config(),
                                space,
                                KvDiskConfig.over(store, () -> PressureTier.NORMAL))) {
            new KvMetrics(pool).bindTo(registry);
            try (KvSequence one = pool.open(KvPrompt.of(1, 2, 3, 4, 5))) {
                one.prefill(5);
            }
            pool.disk().orElseThrow().flush();
            assertThat(registry.get("kv.disk.blocks").gauge().value()).isEqualTo(1);
            pool.limitBytes(0);
            pool.limitBytes(1 << 20);
            pool.open(KvPrompt.of(1, 2, 3, 4, 5)).close();
            assertThat(value(registry, "kv.disk.reads", "result", "restored")).isEqualTo(1);
            assertThat(value(registry, "kv.disk.writes", "result", "written")).isEqualTo(1);
        }
    }

    /// No tag may grow with users: `pool`, and a variant from a fixed set.
    @Test
    void tags_areBounded_andNameNoRequest() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HostSpace space = new HostSpace(HostSpaceConfig.of("kv", 1 << 20));
                KvPool pool = pool(space)) {
            new KvMetrics(pool).bindTo(registry);
            pool.open(KvPrompt.of(1, 2).forTenant("acme")).close();
            Set<String> keys =
                    registry.getMeters().stream()
                            .map(Meter::getId)
                            .flatMap(id -> id.getTags().stream())
                            .map(Tag::getKey)
                            .collect(Collectors.toSet());
            assertThat(keys).containsExactlyInAnyOrder("pool", "state", "result", "reason");
            assertThat(registry.getMetersAsString()).doesNotContain("acme");
        }
    }

    @Test
    void page_listsEveryMeter() throws IOException {
        String page = Files.readString(Path.of("../docs/kv.md"));
        for (KvMeter meter : KvMeter.values()) {
            assertThat(page).contains("`" + meter.meter().meterName() + "`");
        }
        for (KvDiskMeter meter : KvDiskMeter.values()) {
            assertThat(page).contains("`" + meter.meter().meterName() + "`");
        }
    }

    private static KvPool pool(HostSpace space) {
        return new KvPool(config(), space);
    }

    private static KvPoolConfig config() {
        return KvPoolConfig.builder(SHAPE, KvIdentity.of("test")).capacityBlocks(8).build();
    }

    private static double value(
            SimpleMeterRegistry registry, String name, String key, String value) {
        Meter meter = registry.get(name).tag(key, value).meter();
        return meter.measure().iterator().next().getValue();
    }
}
