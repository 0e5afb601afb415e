package dev.isobar.broker.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BrokerMetricsTest {

    private final AtomicLong clock = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PressureBroker broker =
            PressureBroker.builder(BrokerConfig.defaults()).nanoClock(clock::get).build();
    private final BrokerMetrics metrics =
            new BrokerMetrics(broker, Duration.ofSeconds(1), clock::get);

    @AfterEach
    void close() {
        metrics.close();
        broker.close();
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(BrokerMeter.class)
    void bindTo_everyMeter_isThereWithItsTagsAndDescription(BrokerMeter meter) {
        broker.register(source("kv", 900));
        metrics.bindTo(registry);
        Meter bound = registry.get(meter.meterName()).meter();
        assertThat(bound.getId().getDescription()).isEqualTo(meter.description());
        assertThat(bound.getId().getTags())
                .extracting(io.micrometer.core.instrument.Tag::getKey)
                .containsExactlyInAnyOrderElementsOf(meter.tagKeys());
        assertThat(bound.measure()).allMatch(m -> Double.isFinite(m.getValue()));
    }

    @Test
    void afterRelief_metersShowIt() {
        broker.register(source("kv", 900));
        metrics.bindTo(registry);
        assertThat(gauge("broker.source.pressure", "source", "kv")).isEqualTo(0.9);
        assertThat(gauge("broker.resource.tier", "resource", "heap")).isEqualTo(2);
        broker.relieve();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gauge("broker.source.used", "source", "kv")).isEqualTo(600);
        assertThat(gauge("broker.source.capacity", "source", "kv")).isEqualTo(1000);
        assertThat(registry.get("broker.freed").functionCounter().count()).isEqualTo(300);
        assertThat(registry.get("broker.source.freed").functionCounter().count()).isEqualTo(300);
        assertThat(registry.get("broker.relief").functionTimer().count()).isEqualTo(1);
        assertThat(registry.get("broker.source.relief").functionTimer().count()).isEqualTo(1);
    }

    @Test
    void oneScrape_showsOneSnapshot_atMostASecondOld() {
        AtomicLong looks = new AtomicLong();
        broker.register(source("kv", 900, looks));
        metrics.bindTo(registry);
        long before = looks.get();
        registry.forEachMeter(m -> m.measure().forEach(x -> assertThat(x.getValue()).isNotNaN()));
        assertThat(looks).hasValue(before);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        registry.forEachMeter(m -> m.measure().forEach(x -> assertThat(x.getValue()).isNotNaN()));
        assertThat(looks).hasValue(before + 1);
    }

    @Test
    void sourceRegisteredLater_appears_andGoneAfterItLeaves() {
        metrics.bindTo(registry);
        assertThat(registry.find("broker.source.used").gauge()).isNull();
        broker.register(source("late", 10));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(registry.get("broker.sources").gauge().value()).isEqualTo(1);
        assertThat(gauge("broker.source.used", "source", "late")).isEqualTo(10);
        broker.unregister("late");
        metrics.refresh();
        assertThat(registry.find("broker.source.used").gauge()).isNull();
        assertThat(registry.find("broker.resource.used").gauge()).isNull();
    }

    @Test
    void close_removesEveryMeter() {
        broker.register(source("kv", 900));
        metrics.bindTo(registry);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void negativeAge_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BrokerMetrics(broker, Duration.ofSeconds(-1), () -> 0L));
        new BrokerMetrics(broker).close();
    }

    @Test
    void docsPage_listsExactlyTheseMeters() throws Exception {
        List<String> rows =
                Files.readAllLines(docs("metrics.md")).stream()
                        .filter(line -> line.startsWith("| `broker."))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(BrokerMeter.values()).map(BrokerMetricsTest::row).toList());
    }

    /// The line of a meter on the docs page.
    static String row(BrokerMeter meter) {
        return "| `%s` | %s | %s | %s | %s |"
                .formatted(
                        meter.meterName(),
                        meter.kind().name().toLowerCase(java.util.Locale.ROOT),
                        meter.baseUnit().isEmpty() ? "–" : meter.baseUnit(),
                        meter.tagKeys().isEmpty()
                                ? "–"
                                : "`" + String.join("`, `", meter.tagKeys()) + "`",
                        meter.description());
    }

    private static Path docs(String page) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("docs").resolve(page))) {
            folder = folder.getParent();
        }
        assertThat(folder).as("docs/" + page + " above the module").isNotNull();
        return folder.resolve("docs").resolve(page);
    }

    private double gauge(String name, String tag, String value) {
        return registry.get(name).tag(tag, value).gauge().value();
    }

    private static PressureSource source(String name, long used) {
        return source(name, used, new AtomicLong());
    }

    private static PressureSource source(String name, long used, AtomicLong looks) {
        AtomicLong held = new AtomicLong(used);
        return new PressureSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Resource resource() {
                return Resource.HEAP;
            }

            @Override
            public Usage usage() {
                looks.incrementAndGet();
                return Usage.of(held.get(), 1000);
            }

            @Override
            public ReclaimResult reclaim(ReclaimRequest request) {
                held.addAndGet(-request.bytes());
                return ReclaimResult.freed(request.bytes(), request.bytes(), "");
            }
        };
    }
}
