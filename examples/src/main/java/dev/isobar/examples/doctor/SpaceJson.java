package dev.isobar.examples.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes what `isobar doctor` found as JSON: an object with one list, `spaces`. Numbers are bytes,
/// or bytes per second.
public final class SpaceJson {

    private static final int FIRST_PRINTABLE = 0x20;

    private SpaceJson() {}

    /// The text, on several lines.
    public static String of(List<SpaceCheck> checks) {
        List<String> spaces = new ArrayList<>();
        for (SpaceCheck check : checks) {
            spaces.add(
                    "    "
                            + object(
                                    switch (check) {
                                        case SpaceCheck.Works works -> works(works);
                                        case SpaceCheck.Missing missing -> missing(missing);
                                    }));
        }
        return "{\n  \"spaces\": [\n" + String.join(",\n", spaces) + "\n  ]\n}";
    }

    private static Map<String, Object> works(SpaceCheck.Works works) {
        Map<String, Object> fields = fields(works.id(), works, true);
        fields.put("device", works.device());
        fields.put("capacityBytes", works.capacityBytes());
        works.freeBytes().ifPresent(bytes -> fields.put("freeBytes", bytes));
        fields.put("copyBytes", works.speed().copyBytes());
        fields.put("copyInBytesPerSecond", Math.round(works.speed().in()));
        fields.put("copyOutBytesPerSecond", Math.round(works.speed().out()));
        return fields;
    }

    private static Map<String, Object> missing(SpaceCheck.Missing missing) {
        Map<String, Object> fields = fields(missing.id(), missing, false);
        fields.put("reason", missing.reason());
        return fields;
    }

    private static Map<String, Object> fields(String id, SpaceCheck check, boolean available) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("kind", check.kind().name().toLowerCase(Locale.ROOT));
        fields.put("available", available);
        return fields;
    }

    private static String object(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(field -> quoted(field.getKey()) + ": " + value(field.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String value(Object value) {
        return value instanceof String text ? quoted(text) : value.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
