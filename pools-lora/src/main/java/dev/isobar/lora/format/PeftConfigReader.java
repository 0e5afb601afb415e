package dev.isobar.lora.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Reads and checks `adapter_config.json`.
///
/// *Immutable.*
final class PeftConfigReader {

    /// Fields that make an adapter something else than a plain LoRA, and what people call that.
    private static final Map<String, String> UNSUPPORTED =
            Map.ofEntries(
                    Map.entry("use_dora", "DoRA"),
                    Map.entry("modules_to_save", "modules to save"),
                    Map.entry("lora_bias", "LoRA biases"),
                    Map.entry("layer_replication", "layer replication"),
                    Map.entry("trainable_token_indices", "trainable tokens"),
                    Map.entry("target_parameters", "target parameters"),
                    Map.entry("use_qalora", "QALoRA"),
                    Map.entry("use_bdlora", "block-diagonal LoRA"),
                    Map.entry("alora_invocation_tokens", "activated LoRA"),
                    Map.entry("arrow_config", "Arrow"),
                    Map.entry("kasa_config", "KaSA"),
                    Map.entry("velora_config", "VeLoRA"),
                    Map.entry("monteclora_config", "MonteCLoRA"));

    private static final int MAX_RANK = 1 << 16;

    private final FormatLimits limits;
    private final StrictJson json;

    PeftConfigReader(FormatLimits limits) {
        this.limits = limits;
        this.json = new StrictJson(limits);
    }

    PeftConfig read(String file, byte[] bytes) {
        JsonNode node = json.object(file, bytes);
        requireText(file, node, "peft_type", "LORA");
        requireSupported(file, node);
        List<String> warnings = new ArrayList<>();
        warnAboutStart(node, warnings);
        return new PeftConfig(
                file,
                rank(file, "r", needed(file, node, "r")),
                alpha(file, "lora_alpha", needed(file, node, "lora_alpha")),
                flag(file, node, "use_rslora"),
                overrides(file, node, "rank_pattern", each -> rank(file, "rank_pattern", each)),
                overrides(file, node, "alpha_pattern", each -> alpha(file, "alpha_pattern", each)),
                targets(file, needed(file, node, "target_modules")),
                text(file, "base_model_name_or_path", node, warnings),
                warnings);
    }

    private static void requireSupported(String file, JsonNode node) {
        for (Map.Entry<String, String> each : UNSUPPORTED.entrySet()) {
            if (says(node.path(each.getKey()))) {
                throw AdapterFormatException.at(
                        FormatFault.UNSUPPORTED,
                        file,
                        each.getKey(),
                        each.getValue() + " is not supported");
            }
        }
        JsonNode bias = node.path("bias");
        if (says(bias) && !bias.asText().equals("none")) {
            throw AdapterFormatException.at(
                    FormatFault.UNSUPPORTED,
                    file,
                    "bias",
                    "biases are not supported: bias is %s, wanted none".formatted(bias));
        }
    }

    /// Whether a field says anything but no.
    private static boolean says(JsonNode node) {
        return !node.isMissingNode()
                && !node.isNull()
                && !(node.isBoolean() && !node.booleanValue())
                && !(node.isContainerNode() && node.isEmpty());
    }

    private static void warnAboutStart(JsonNode node, List<String> warnings) {
        JsonNode start = node.path("init_lora_weights");
        if (start.isTextual() && !start.textValue().equals("gaussian")) {
            warnings.add(
                    "init_lora_weights is %s: some such adapters want changed base weights"
                            .formatted(start));
        }
    }

    private static JsonNode needed(String file, JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw AdapterFormatException.at(FormatFault.MISSING, file, field, "is not there");
        }
        return value;
    }

    private static void requireText(String file, JsonNode node, String field, String wanted) {
        JsonNode value = needed(file, node, field);
        if (!value.asText().equals(wanted)) {
            throw AdapterFormatException.at(
                    FormatFault.UNSUPPORTED,
                    file,
                    field,
                    "%s is not supported, only %s".formatted(value, wanted));
        }
    }

    private static int rank(String file, String field, JsonNode value) {
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > MAX_RANK) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_VALUE,
                    file,
                    field,
                    "a rank must be a whole number from 1 to %d: %s".formatted(MAX_RANK, value));
        }
        return value.intValue();
    }

    private static double alpha(String file, String field, JsonNode value) {
        double alpha = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!Double.isFinite(alpha) || alpha <= 0) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_VALUE,
                    file,
                    field,
                    "an alpha must be a number above 0: " + value);
        }
        return alpha;
    }

    private static boolean flag(String file, JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (says(value) && !value.isBoolean()) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_TYPE, file, field, "must be true or false: " + value);
        }
        return value.asBoolean();
    }

    private <T> List<PeftConfig.Setting<T>> overrides(
            String file, JsonNode node, String field, Function<JsonNode, T> value) {
        JsonNode patterns = node.path(field);
        if (!says(patterns)) {
            return List.of();
        }
        if (!patterns.isObject() || patterns.size() > limits.values()) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_TYPE,
                    file,
                    field,
                    "must be an object of at most %d fields".formatted(limits.values()));
        }
        List<PeftConfig.Setting<T>> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : patterns.properties()) {
            all.add(
                    new PeftConfig.Setting<>(
                            NamePattern.suffix(file, field, each.getKey()),
                            value.apply(each.getValue())));
        }
        return all;
    }

    private PeftConfig.Targets targets(String file, JsonNode node) {
        String field = "target_modules";
        if (node.isTextual()) {
            return node.textValue().equals("all-linear")
                    ? new PeftConfig.Targets.All()
                    : new PeftConfig.Targets.Matching(
                            NamePattern.whole(file, field, node.textValue()));
        }
        if (!node.isArray() || node.isEmpty() || node.size() > limits.values()) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_TYPE, file, field, "must be text, or a list of names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : node) {
            if (!name.isTextual() || name.textValue().isEmpty()) {
                throw AdapterFormatException.at(
                        FormatFault.BAD_TYPE, file, field, "%s is no name".formatted(name));
            }
            names.add(name.textValue());
        }
        return new PeftConfig.Targets.Named(names);
    }

    private static String text(String file, String field, JsonNode node, List<String> warnings) {
        JsonNode value = node.path(field);
        if (!says(value)) {
            warnings.add("the base model is not named");
            return "";
        }
        if (!value.isTextual() || value.textValue().indexOf('\0') >= 0) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_NAME, file, field, "must be text without NUL");
        }
        return value.textValue();
    }
}
