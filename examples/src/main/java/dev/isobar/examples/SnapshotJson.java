package dev.isobar.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.jackson.BrokerJsonModule;

/// A broker's snapshot as people and tools read it.
final class SnapshotJson {

    private static final ObjectWriter WRITER =
            JsonMapper.builder()
                    .addModule(new BrokerJsonModule())
                    .build()
                    .writerWithDefaultPrettyPrinter();

    private SnapshotJson() {}

    static String of(BrokerSnapshot snapshot) {
        try {
            return WRITER.writeValueAsString(snapshot) + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a snapshot is not JSON-ready", e);
        }
    }
}
