package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JfrTest {

    @Test
    void relieve_recordsEveryAskAndTheDecision(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("events.jfr");
        try (var recording = new Recording();
                var f = BrokerFixture.create()) {
            recording.enable("dev.isobar.Relief");
            recording.enable("dev.isobar.Decision");
            recording.start();
            f.source("a", 970, 1000);
            f.register(FakeSource.of("b", 960, 1000).stuck());
            f.broker.relieve();
            f.broker.relieve();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> reliefs = named(events, "dev.isobar.Relief");
        assertThat(reliefs)
                .extracting(e -> e.getString("source") + "=" + e.getLong("freedBytes"))
                .containsExactlyInAnyOrder("a=370", "b=0");
        assertThat(reliefs.getFirst().getString("tier")).isEqualTo("critical");
        List<RecordedEvent> decisions = named(events, "dev.isobar.Decision");
        assertThat(decisions).hasSize(1);
        assertThat(decisions.getFirst().getInt("asked")).isEqualTo(2);
        assertThat(decisions.getFirst().getLong("freedBytes")).isEqualTo(370);
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream().filter(e -> e.getEventType().getName().equals(name)).toList();
    }
}
