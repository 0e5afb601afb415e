package dev.isobar.embedding;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The value of a model's option as text, for [EmbeddingProfile#parameters()]: equal values have
/// equal texts, in every process; different ones have different texts. For whoever writes an adapter
/// to another kind of model.
public final class StableText {

    private StableText() {}

    /// The text of a string, number, boolean, character or enum, or of a list or string-keyed map of
    /// such; empty for anything else, whose `toString` may say nothing.
    public static Optional<String> of(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        return append(value, text) ? Optional.of(text.toString()) : Optional.empty();
    }

    private static boolean append(@Nullable Object value, StringBuilder text) {
        return switch (value) {
            case null -> append("null", "", text);
            case String string -> append("string", string, text);
            case Boolean flag -> append("boolean", flag.toString(), text);
            case Character character -> append("char", character.toString(), text);
            case Byte number -> append("whole", number.toString(), text);
            case Short number -> append("whole", number.toString(), text);
            case Integer number -> append("whole", number.toString(), text);
            case Long number -> append("whole", number.toString(), text);
            case Float number -> append("float", number.toString(), text);
            case Double number -> append("double", number.toString(), text);
            case Enum<?> constant -> append("enum", constant.name(), text);
            case List<?> list -> appendAll("list", list, text);
            case Map<?, ?> map -> appendMap(map, text);
            default -> false;
        };
    }

    private static boolean append(String type, String value, StringBuilder text) {
        text.append(type).append(':').append(value.length()).append(':').append(value);
        return true;
    }

    private static boolean appendAll(String type, List<?> values, StringBuilder text) {
        text.append(type).append(':').append(values.size()).append(':');
        for (Object value : values) {
            if (!append(value, text)) {
                return false;
            }
        }
        return true;
    }

    private static boolean appendMap(Map<?, ?> map, StringBuilder text) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                return false;
            }
            sorted.put(name, entry.getValue());
        }
        return appendAll("names", List.copyOf(sorted.keySet()), text)
                && appendAll("values", new java.util.ArrayList<>(sorted.values()), text);
    }
}
