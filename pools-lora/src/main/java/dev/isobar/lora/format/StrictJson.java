package dev.isobar.lora.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// JSON objects from files that may be hostile: bounded, without duplicate names, strict UTF-8, and
/// nothing after the object.
final class StrictJson {

    private static final int MAX_NUMBER_LENGTH = 64;

    private final ObjectMapper mapper;

    StrictJson(FormatLimits limits) {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth())
                        .maxDocumentLength(limits.headerBytes())
                        .maxStringLength(limits.headerBytes())
                        .maxNameLength(limits.headerBytes())
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build();
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build();
        mapper =
                new ObjectMapper(factory)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    }

    /// The object that the bytes are.
    JsonNode object(String file, byte[] bytes) {
        JsonNode node;
        try {
            node = mapper.readTree(text(file, bytes));
        } catch (JsonProcessingException e) {
            String reason = e.getOriginalMessage();
            boolean duplicate = reason.startsWith("Duplicate");
            throw AdapterFormatException.of(
                    duplicate ? FormatFault.DUPLICATE_NAME : FormatFault.MALFORMED,
                    file,
                    "JSON: " + reason,
                    e);
        }
        if (!node.isObject()) {
            throw AdapterFormatException.of(FormatFault.MALFORMED, file, "JSON: not an object");
        }
        return node;
    }

    private static String text(String file, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw AdapterFormatException.of(FormatFault.MALFORMED, file, "JSON: not UTF-8", e);
        }
    }
}
