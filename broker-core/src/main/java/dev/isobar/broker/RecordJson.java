package dev.isobar.broker;

import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Writes the records of this package as JSON, so that a snapshot needs no library. It knows what
/// they are made of, and nothing else: records, lists, numbers, booleans, enums, times and strings.
final class RecordJson {

    private final StringBuilder out = new StringBuilder(4096);

    private RecordJson() {}

    static String write(Record value) {
        RecordJson json = new RecordJson();
        json.value(value);
        return json.out.toString();
    }

    private void value(Object value) {
        switch (value) {
            case Resource resource -> string(resource.name());
            case PressureTier tier -> string(tier.label());
            case Enum<?> constant -> string(constant.name().toLowerCase(Locale.ROOT));
            case Record nested -> object(nested);
            case List<?> list -> list('[', list.iterator(), this::value, ']');
            case Double number -> number(number);
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            default -> string(value.toString());
        }
    }

    private void object(Record value) {
        List<RecordComponent> components = List.of(value.getClass().getRecordComponents());
        list('{', components.iterator(), component -> member(component, value), '}');
    }

    private void member(RecordComponent component, Record value) {
        string(component.getName());
        out.append(':');
        try {
            value(component.getAccessor().invoke(value));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no access to " + component, e);
        }
    }

    private <T> void list(char open, Iterator<T> items, Consumer<T> writer, char close) {
        out.append(open);
        while (items.hasNext()) {
            writer.accept(items.next());
            if (items.hasNext()) {
                out.append(',');
            }
        }
        out.append(close);
    }

    /// JSON knows neither infinity nor NaN; a signal may report the first.
    private void number(double number) {
        out.append(Double.isFinite(number) ? Double.toString(number) : "null");
    }

    private void string(String text) {
        out.append('"');
        text.chars().forEach(c -> character((char) c));
        out.append('"');
    }

    private void character(char c) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c < ' ' || Character.isSurrogate(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }
}
