package dev.isobar.broker.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Supply;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionMetricsTest {

    private final AtomicLong clock = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Supply tokens = Supply.counted(Resource.device(0), "tokens", 1000);
    private final Admission admission =
            Admission.builder(AdmissionConfig.of("engine"))
                    .supply(tokens)
                    .nanoClock(clock::get)
                    .build();
    private final AdmissionMetrics metrics =
            new AdmissionMetrics(admission, Duration.ofSeconds(1), clock::get);

    @AfterEach
    void close() {
        metrics.close();
        admission.close();
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(AdmissionMeter.class)
    void bindTo_everyMeter_isThereWithItsTagsAndDescription(AdmissionMeter meter) {
        metrics.bindTo(registry);
        var search = registry.get(meter.meterName());
        Meter bound =
                (meter.result().isEmpty() ? search : search.tag("result", meter.result())).meter();
        assertThat(bound.getId().getDescription()).isEqualTo(meter.description());
        assertThat(bound.getId().getTags())
                .extracting(Tag::getKey)
                .containsExactlyInAnyOrderElementsOf(meter.tagKeys());
        assertThat(bound.measure()).allMatch(m -> Double.isFinite(m.getValue()));
    }

    @Test
    void metersShowWhatHappened_atMostASecondLate() {
        metrics.bindTo(registry);
        assertThat(gauge("admission.supply.available")).isEqualTo(1000);
        var grant = admission.submit(request(900));
        var waiting = admission.submit(request(200));
        assertThat(admission.submit(request(1001)).now()).isPresent();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        grant.close();
        assertThat(gauge("admission.waiting")).isZero();
        assertThat(gauge("admission.held")).isEqualTo(1);
        assertThat(gauge("admission.supply.granted")).isEqualTo(200);
        assertThat(gauge("admission.wait.longest")).isEqualTo(2);
        assertThat(requests("granted")).isEqualTo(2);
        assertThat(requests("impossible")).isEqualTo(1);
        assertThat(registry.get("admission.wait").functionTimer().count()).isEqualTo(1);
        assertThat(registry.get("admission.wait").functionTimer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        waiting.close();
        assertThat(gauge("admission.held")).as("the same snapshot").isEqualTo(1);
    }

    @Test
    void close_removesEveryMeter() {
        metrics.bindTo(registry);
        assertThat(registry.getMeters()).isNotEmpty();
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void negativeAge_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdmissionMetrics(admission, Duration.ofSeconds(-1), () -> 0L))
                .withMessage("maxAge must be at least 0: PT-1S");
        new AdmissionMetrics(admission).close();
    }

    @Test
    void docsPage_listsExactlyTheseMeters() throws Exception {
        List<String> rows =
                Files.readAllLines(docs("admission.md")).stream()
                        .filter(line -> line.startsWith("| `admission."))
                        .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(AdmissionMeter.values())
                                .map(AdmissionMetricsTest::row)
                                .toList());
    }

    /// The line of a meter on the docs page.
    static String row(AdmissionMeter meter) {
        String tags = "`" + String.join("`, `", meter.tagKeys()) + "`";
        return "| `%s` | %s | %s | %s | %s |"
                .formatted(
                        meter.meterName(),
                        meter.kind().name().toLowerCase(Locale.ROOT),
                        meter.baseUnit().isEmpty() ? "–" : meter.baseUnit(),
                        meter.result().isEmpty() ? tags : tags + " = `" + meter.result() + "`",
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

    private AdmissionRequest request(long amount) {
        return AdmissionRequest.of("a", Claim.of(tokens, amount));
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double requests(String result) {
        return registry.get("admission.requests").tag("result", result).functionCounter().count();
    }
}
