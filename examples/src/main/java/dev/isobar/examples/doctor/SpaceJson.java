package dev.isobar.examples.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes what `isobar doctor` found as JSON: an object with one list, `spaces`. Numbers are bytes,
/// or bytes per second.
public final class SpaceJson {

    private static final ObjectWriter WRITER =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    private SpaceJson() {}

    /// The text, on several lines.
    public static String of(List<SpaceCheck> checks) {
        try {
            return WRITER.writeValueAsString(
                    Map.of("spaces", checks.stream().map(SpaceJson::fields).toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and strings are always JSON", e);
        }
    }

    private static Map<String, Object> fields(SpaceCheck check) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", check.id());
        fields.put("kind", check.kind().name().toLowerCase(Locale.ROOT));
        switch (check) {
            case SpaceCheck.Works works -> addWorks(fields, works);
            case SpaceCheck.Missing missing -> {
                fields.put("available", false);
                fields.put("reason", missing.reason());
            }
        }
        return fields;
    }

    private static void addWorks(Map<String, Object> fields, SpaceCheck.Works works) {
        fields.put("available", true);
        fields.put("device", works.device());
        fields.put("capacityBytes", works.capacityBytes());
        works.freeBytes().ifPresent(bytes -> fields.put("freeBytes", bytes));
        fields.put("copyBytes", works.speed().copyBytes());
        fields.put("copyInBytesPerSecond", Math.round(works.speed().in()));
        fields.put("copyOutBytesPerSecond", Math.round(works.speed().out()));
    }
}
