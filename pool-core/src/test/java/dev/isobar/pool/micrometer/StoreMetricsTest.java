package dev.isobar.pool.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.ValuePool;
import dev.isobar.pool.store.Durability;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.LogTier;
import dev.isobar.pool.store.SessionConfig;
import dev.isobar.pool.store.StoreCodec;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmRestorer;
import dev.isobar.pool.store.WarmStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a store and a tier over it publish.
class StoreMetricsTest {

    private static final Fingerprint KEY = new Fingerprinter().text("k", "1").finish();

    @TempDir private Path root;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private WarmStore store;
    private LogTier<Fingerprint, String> tier;

    /// Texts under fingerprints; one that begins with "old" is stale.
    private static final class Texts implements StoreCodec<Fingerprint, String> {
        @Override
        public Fingerprint fingerprint(Fingerprint key) {
            return key;
        }

        @Override
        public Fingerprint key(Fingerprint fingerprint) {
            return fingerprint;
        }

        @Override
        public int bytes(String value) {
            return value.length();
        }

        @Override
        public void encode(String value, MemorySegment into) {
            for (int i = 0; i < value.length(); i++) {
                into.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) value.charAt(i));
            }
        }

        @Override
        public String decode(Fingerprint key, MemorySegment payload) {
            return "x".repeat((int) payload.byteSize());
        }
    }

    @BeforeEach
    void open() {
        store = WarmStore.of(StoreConfig.at(root.resolve("warm")));
        tier = new LogTier<>(store, "texts", new Texts());
        new StoreMetrics(store, "warm").bindTo(registry);
        new LogTierMetrics(tier).bindTo(registry);
    }

    @AfterEach
    void close() {
        tier.close();
        store.close();
    }

    private double value(String name, String key, String tag) {
        Meter meter = registry.get(name).tag(key, tag).meter();
        return meter.measure().iterator().next().getValue();
    }

    @Test
    void reading_opensNothing() {
        registry.getMeters().forEach(each -> each.measure().iterator().next().getValue());

        assertThat(store.opened()).isFalse();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void storesFigures_arePublished() {
        store.log("l").put(KEY, MemorySegment.ofArray(new byte[1000]), Durability.DATA);
        store.log("l").get(KEY);
        store.log("l").get(new Fingerprinter().tag("none").finish());
        var session = store.session(KEY, SessionConfig.defaults());
        session.offer(1, () -> MemorySegment.ofArray(new byte[10]));
        session.offer(2, () -> MemorySegment.ofArray(new byte[10]));

        assertThat(value("store.used", "kind", "segments"))
                .isEqualTo((double) store.stats().segmentBytes())
                .isGreaterThan(1000);
        assertThat(value("store.used", "kind", "entries")).isEqualTo(138);
        assertThat(value("store.lookups", "result", "hit")).isEqualTo(1);
        assertThat(value("store.lookups", "result", "miss")).isEqualTo(1);
        assertThat(value("store.writes", "result", "success")).isEqualTo(2);
        assertThat(value("store.throttled", "store", "warm")).isEqualTo(1);
        assertThat(value("store.paused", "store", "warm")).isZero();
        assertThat(value("store.io.moved", "step", "write")).isGreaterThan(1138);
        assertThat(value("store.io.steps", "step", "force")).isGreaterThanOrEqualTo(4);
        assertThat(value("store.io.time", "step", "force")).isPositive();
        assertThat(value("store.io.moved", "step", "read")).isGreaterThanOrEqualTo(1064);
    }

    @Test
    void tiersFigures_arePublished() {
        tier.offer(KEY, "hello");
        tier.flush();
        tier.fetch(KEY);
        var pool =
                new ValuePool<>(
                        PoolConfig.<Fingerprint, String>builder("texts")
                                .limitBytes(100)
                                .sizer(String::length)
                                .build());
        new WarmRestorer<>(pool, tier, () -> PressureTier.NORMAL, 1).run(() -> false);
        new WarmRestorer<>(pool, tier, () -> PressureTier.NORMAL, 1).run(() -> false);

        assertThat(value("tier.written", "tier", "texts")).isEqualTo(1);
        assertThat(value("tier.recalls", "result", "found")).isEqualTo(2);
        assertThat(value("tier.restores", "result", "restored")).isEqualTo(1);
        assertThat(value("tier.restores", "result", "present")).isEqualTo(1);
        assertThat(value("tier.buffer.used", "tier", "texts")).isZero();
    }

    @Test
    void everyMeter_isBoundAsItsTableSays_andInTheDocumentation() throws IOException {
        String page = Files.readString(metricsPage());
        Stream.concat(
                        Stream.of(StoreMeter.values()).map(StoreMeter::meter),
                        Stream.of(LogTierMeter.values()).map(LogTierMeter::meter))
                .forEach(meter -> assertBoundAndDocumented(meter, page));
    }

    private void assertBoundAndDocumented(StatsMeter<?> meter, String page) {
        Meter.Id id = registry.get(meter.meterName()).tags(meter.tags()).meter().getId();
        assertThat(id.getType()).isEqualTo(meter.type());
        assertThat(id.getBaseUnit()).isEqualTo(meter.baseUnit());
        assertThat(id.getDescription()).isEqualTo(meter.description());
        assertThat(meter.meterName()).matches("[a-z]+(\\.[a-z]+)*");
        String tags =
                meter.tags().stream()
                        .map(tag -> ", `%s` = `%s`".formatted(tag.getKey(), tag.getValue()))
                        .reduce("", String::concat);
        String owner = meter.meterName().startsWith("store.") ? "`store`" : "`tier`";
        String unit = meter.baseUnit() == null ? "–" : meter.baseUnit();
        assertThat(page)
                .contains(
                        "| `%s` | %s | %s | %s%s | %s |"
                                .formatted(
                                        meter.meterName(),
                                        meter.type().name().toLowerCase(java.util.Locale.ROOT),
                                        unit,
                                        owner,
                                        tags,
                                        meter.description()));
    }

    /// The page, from the module's folder or the repository's.
    private static Path metricsPage() {
        Path here = Path.of("docs", "metrics.md");
        return Files.exists(here) ? here : Path.of("..").resolve(here);
    }
}
