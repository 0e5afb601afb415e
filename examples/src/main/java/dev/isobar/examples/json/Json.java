package dev.isobar.examples.json;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes JSON on one line: maps, collections, texts, numbers and truth values.
public final class Json {

    private static final int FIRST_PRINTABLE = 0x20;

    private Json() {}

    /// The text for a value; null is `null`.
    public static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case Map<?, ?> fields ->
                    fields.entrySet().stream()
                            .map(field -> quoted(field.getKey() + "") + ": " + of(field.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case Collection<?> values ->
                    values.stream().map(Json::of).collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
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
