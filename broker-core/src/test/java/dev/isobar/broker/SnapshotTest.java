package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isobar.broker.BrokerSnapshot.ResourceView;
import dev.isobar.broker.jackson.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    @Test
    void snapshot_sourcesAndResources_byPressureDescending() {
        try (var f = BrokerFixture.create()) {
            f.source("low", 100, 1000);
            f.source("high", 850, 1000);
            f.register(new FakeSource("mid", Resource.HOST, 500, 1000));
            BrokerSnapshot snapshot = f.broker.snapshot();
            assertThat(snapshot.sources())
                    .extracting(SourceView::name)
                    .containsExactly("high", "mid", "low");
            assertThat(snapshot.resources())
                    .extracting(ResourceView::resource)
                    .containsExactly(Resource.HEAP, Resource.HOST);
            assertThat(snapshot.globalPressure()).isEqualTo(0.85);
            assertThat(snapshot.globalTier()).isEqualTo(PressureTier.HIGH);
        }
    }

    @Test
    void snapshot_source_carriesItsRealNumbers() {
        try (var f = BrokerFixture.create()) {
            f.register(FakeSource.of("a", 900, 1000).pinned(200));
            SourceView view = f.broker.snapshot().sources().getFirst();
            assertThat(view)
                    .isEqualTo(
                            new SourceView(
                                    "a",
                                    Resource.HEAP,
                                    PressureTier.HIGH,
                                    0.9,
                                    900,
                                    1000,
                                    200,
                                    700,
                                    0,
                                    1.0,
                                    0,
                                    0,
                                    0,
                                    false));
        }
    }

    @Test
    void snapshot_noSources_isCalm() {
        try (var f = BrokerFixture.create()) {
            BrokerSnapshot snapshot = f.broker.snapshot();
            assertThat(snapshot.globalPressure()).isZero();
            assertThat(snapshot.globalTier()).isEqualTo(PressureTier.NORMAL);
            assertThat(f.broker.globalPressure()).isZero();
            assertThat(f.broker.pressure(Resource.HEAP)).isZero();
        }
    }

    @Test
    void snapshot_afterRelief_countsPassesAndBytes() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 970, 1000);
            f.source("b", 960, 1000);
            f.broker.relieve();
            source.used(900);
            f.pause();
            f.broker.relieve();
            f.pause();
            f.broker.relieve();
            var totals = f.broker.snapshot().totals();
            assertThat(totals.passes()).isEqualTo(3);
            assertThat(totals.reliefsFired()).isEqualTo(2);
            assertThat(totals.asks()).isEqualTo(3);
            assertThat(totals.bytesFreed()).isEqualTo(370 + 360 + 300);
        }
    }

    @Test
    void decisions_newestFirst_andOnlyTheLastAreKept() {
        var config = BrokerConfig.builder().decisionsKept(2).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource source = f.source("a", 900, 1000);
            for (int i = 0; i < 3; i++) {
                source.used(900);
                f.broker.relieve();
                f.pause();
                f.broker.relieve();
                f.pause();
            }
            List<Decision> decisions = f.broker.snapshot().decisions();
            assertThat(decisions).extracting(Decision::id).containsExactly(5L, 3L);
        }
    }

    @Test
    void state_observesOnly() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 990, 1000);
            f.source("bad", 1, 1)
                    .reading(() -> {
                        throw new IllegalStateException("boom");
                    });
            f.broker.snapshot();
            f.broker.state();
            f.broker.globalTier();
            assertThat(source.asks()).isEmpty();
            assertThat(f.alerts.all()).isEmpty();
            assertThat(f.broker.snapshot().quarantined()).isEmpty();
        }
    }

    @Test
    void snapshot_asJson_hasEveryComponent() throws Exception {
        var signal = new FakeSignal("rss \"x\"\n", Resource.HOST, 0.5, 100);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            f.source("a", 900, 1000);
            f.source("bad", 850, 1000)
                    .reading(() -> {
                        throw new IllegalStateException("böse \\ \u0001");
                    });
            f.broker.relieve();
            JsonNode node = Json.of(f.broker.snapshot());
            assertThat(node.get("globalTier").asText()).isEqualTo("warning");
            assertThat(node.at("/sources/0/resource").asText()).isEqualTo("heap");
            assertThat(node.at("/signals/0/name").asText()).isEqualTo("rss \"x\"\n");
            assertThat(node.at("/quarantined/0/reason").asText()).contains("böse \\ \u0001");
            assertThat(node.at("/decisions/0/resources/0/asked/0/outcome").asText())
                    .isEqualTo("released");
            assertThat(node.at("/totals/bytesFreed").asLong()).isEqualTo(300);
            assertThat(node.at("/heartbeat/running").asBoolean()).isFalse();
            assertThat(node.get("at").asText()).startsWith("2026-03-01T12:00:00");
        }
    }
}
