package dev.isobar.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isobar.broker.jackson.BrokerJsonModule;

/// A run as people and tools read it: the broker's last snapshot, and beside its fields what conversations
/// and their admission came to, what each pool counted, and what was left after closing.
final class SnapshotJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().addModule(new BrokerJsonModule()).build();

    private SnapshotJson() {}

    static String of(DemoRun.Result result) {
        ObjectNode json = MAPPER.valueToTree(result.lastSnapshot());
        json.set("chats", MAPPER.valueToTree(result.lastChats()));
        json.set("counts", MAPPER.valueToTree(result.summary().caches()));
        json.set("chargedAfterClose", MAPPER.valueToTree(result.summary().leftovers().bytes()));
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json)
                    + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a snapshot is not JSON-ready", e);
        }
    }
}
