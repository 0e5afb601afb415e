package dev.isobar.broker.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/// What a record looks like as JSON.
public final class Json {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().addModule(new BrokerJsonModule()).build();

    private Json() {}

    /// Writes, and reads back what was written.
    public static JsonNode of(Object value) throws JsonProcessingException {
        return MAPPER.readTree(MAPPER.writeValueAsString(value));
    }
}
