package dev.isobar.lora.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// The fields of a settings file, and what to say of those that are no good.
///
/// *Immutable.*
///
/// @param file the file, as messages call it
/// @param root the object that has the fields
record ConfigFields(String file, JsonNode root) {

    private static final int SHOWN_CHARS = 120;

    /// A field; missing if it is not there.
    JsonNode at(String field) {
        return root.path(field);
    }

    /// Whether a field says anything but no.
    boolean says(String field) {
        JsonNode node = at(field);
        return !node.isMissingNode()
                && !node.isNull()
                && !(node.isBoolean() && !node.booleanValue())
                && !(node.isContainerNode() && node.isEmpty());
    }

    JsonNode needed(String field) {
        JsonNode value = at(field);
        if (value.isMissingNode() || value.isNull()) {
            throw fault(FormatFault.MISSING, field, "is not there");
        }
        return value;
    }

    boolean flag(String field) {
        JsonNode value = at(field);
        if (says(field) && !value.isBoolean()) {
            throw fault(FormatFault.BAD_TYPE, field, "must be true or false: " + shown(value));
        }
        return value.asBoolean();
    }

    /// A list of texts, or one text for a list of one; empty if the field says nothing.
    List<String> texts(String field, int most) {
        JsonNode value = at(field);
        if (!says(field)) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        if (!value.isArray() || value.size() > most) {
            throw fault(FormatFault.BAD_TYPE, field, "must be text, or a list of names");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value) {
            if (!each.isTextual() || each.textValue().isEmpty()) {
                throw fault(FormatFault.BAD_TYPE, field, "%s is no name".formatted(shown(each)));
            }
            texts.add(each.textValue());
        }
        return texts;
    }

    AdapterFormatException fault(FormatFault fault, String field, String reason) {
        return AdapterFormatException.at(fault, file, field, reason);
    }

    /// A value as messages show it.
    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "..." : text;
    }
}
