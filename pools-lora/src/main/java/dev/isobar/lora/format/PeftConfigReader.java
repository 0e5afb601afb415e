package dev.isobar.lora.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Reads and checks `adapter_config.json`, as PEFT 0.21 and those before it write it.
///
/// What would change what the weights mean is refused by name; what only says how they were trained is
/// let pass; what is not known is let pass with a warning.
///
/// *Immutable.*
final class PeftConfigReader {

    /// Fields that make an adapter something else than a plain LoRA, and what people call that.
    private static final List<Unsupported> UNSUPPORTED =
            List.of(
                    new Unsupported("use_dora", "DoRA is"),
                    new Unsupported("modules_to_save", "modules to save are"),
                    new Unsupported("lora_bias", "LoRA biases are"),
                    new Unsupported("layer_replication", "layer replication is"),
                    new Unsupported("trainable_token_indices", "trainable tokens are"),
                    new Unsupported("target_parameters", "target parameters are"),
                    new Unsupported("use_qalora", "QALoRA is"),
                    new Unsupported("use_bdlora", "block-diagonal LoRA is"),
                    new Unsupported("alora_invocation_tokens", "activated LoRA is"),
                    new Unsupported("invocation_string", "activated LoRA is"),
                    new Unsupported("arrow_config", "Arrow is"),
                    new Unsupported("kasa_config", "KaSA is"),
                    new Unsupported("velora_config", "VeLoRA is"),
                    new Unsupported("monteclora_config", "MonteCLoRA is"));

    /// Fields that say nothing about what the weights mean.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "auto_mapping",
                    "corda_config",
                    "eva_config",
                    "fan_in_fan_out",
                    "inference_mode",
                    "loftq_config",
                    "lora_dropout",
                    "lora_ga_config",
                    "megatron_config",
                    "megatron_core",
                    "peft_version",
                    "qalora_group_size",
                    "revision",
                    "runtime_config",
                    "task_type");

    /// Fields that are read.
    private static final Set<String> READ =
            Set.of(
                    "peft_type",
                    "r",
                    "lora_alpha",
                    "use_rslora",
                    "rank_pattern",
                    "alpha_pattern",
                    "bias",
                    "target_modules",
                    "exclude_modules",
                    "layers_to_transform",
                    "layers_pattern",
                    "ensure_weight_tying",
                    "init_lora_weights",
                    "base_model_name_or_path");

    /// Ways to begin that take something out of the base model's weights.
    private static final List<String> STARTS_FROM_THE_BASE =
            List.of("pissa", "olora", "corda", "lora_ga", "loftq");

    private static final Set<String> BIASES = Set.of("none", "all", "lora_only");
    private static final int MAX_RANK = 1 << 16;
    private static final int SHOWN_NAMES = 8;

    private final FormatLimits limits;
    private final StrictJson json;

    private record Unsupported(String field, String subject) {}

    PeftConfigReader(FormatLimits limits) {
        this.limits = limits;
        this.json = new StrictJson(limits);
    }

    PeftConfig read(String file, byte[] bytes) {
        ConfigFields config = new ConfigFields(file, json.object(file, bytes));
        requireLora(config);
        requireSupported(config);
        List<String> warnings = new ArrayList<>();
        warnAboutStart(config, warnings);
        warnAboutUnknown(config, warnings);
        return new PeftConfig(
                file,
                rank(config, "r", config.needed("r")),
                alpha(config, "lora_alpha", config.needed("lora_alpha")),
                config.flag("use_rslora"),
                overrides(config, "rank_pattern", each -> rank(config, "rank_pattern", each)),
                overrides(config, "alpha_pattern", each -> alpha(config, "alpha_pattern", each)),
                PeftTargets.of(config, limits.values(), warnings),
                config.flag("ensure_weight_tying"),
                baseModel(config, warnings),
                warnings);
    }

    private static void requireLora(ConfigFields config) {
        JsonNode value = config.needed("peft_type");
        if (!value.asText().equals("LORA")) {
            throw config.fault(
                    FormatFault.UNSUPPORTED,
                    "peft_type",
                    "%s is not supported, only LORA".formatted(ConfigFields.shown(value)));
        }
    }

    private static void requireSupported(ConfigFields config) {
        for (Unsupported each : UNSUPPORTED) {
            if (config.says(each.field)) {
                JsonNode value = config.at(each.field);
                throw config.fault(
                        FormatFault.UNSUPPORTED,
                        each.field,
                        "%s not supported%s"
                                .formatted(
                                        each.subject,
                                        value.isBoolean() ? "" : ": " + ConfigFields.shown(value)));
            }
        }
        // "all" and "lora_only" say that biases were trained, if the model has any: the tensors
        // tell
        JsonNode bias = config.at("bias");
        if (config.says("bias") && !BIASES.contains(bias.asText())) {
            throw config.fault(
                    FormatFault.BAD_VALUE,
                    "bias",
                    "must be none, all or lora_only: " + ConfigFields.shown(bias));
        }
    }

    private static void warnAboutStart(ConfigFields config, List<String> warnings) {
        JsonNode start = config.at("init_lora_weights");
        if (start.isTextual()
                && STARTS_FROM_THE_BASE.stream().anyMatch(start.textValue()::startsWith)) {
            warnings.add(
                    "init_lora_weights is %s: the base model's weights must have been changed the same way"
                            .formatted(ConfigFields.shown(start)));
        }
    }

    private static void warnAboutUnknown(ConfigFields config, List<String> warnings) {
        Set<String> unknown = new TreeSet<>();
        config.root().fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(READ);
        unknown.removeAll(WITHOUT_EFFECT);
        UNSUPPORTED.forEach(each -> unknown.remove(each.field));
        unknown.stream()
                .limit(SHOWN_NAMES)
                .forEach(each ->
                        warnings.add(
                                "field %s is not known, and not heeded"
                                        .formatted(AdapterFormatException.printable(each))));
        if (unknown.size() > SHOWN_NAMES) {
            warnings.add("%d more fields are not known".formatted(unknown.size() - SHOWN_NAMES));
        }
    }

    private static int rank(ConfigFields config, String field, JsonNode value) {
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > MAX_RANK) {
            throw config.fault(
                    FormatFault.BAD_VALUE,
                    field,
                    "a rank must be a whole number from 1 to %d: %s"
                            .formatted(MAX_RANK, ConfigFields.shown(value)));
        }
        return value.intValue();
    }

    private static double alpha(ConfigFields config, String field, JsonNode value) {
        double alpha = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!Double.isFinite(alpha) || alpha <= 0) {
            throw config.fault(
                    FormatFault.BAD_VALUE,
                    field,
                    "an alpha must be a number above 0: " + ConfigFields.shown(value));
        }
        return alpha;
    }

    private <T> List<PeftConfig.Setting<T>> overrides(
            ConfigFields config, String field, Function<JsonNode, T> value) {
        JsonNode patterns = config.at(field);
        if (!config.says(field)) {
            return List.of();
        }
        if (!patterns.isObject() || patterns.size() > limits.values()) {
            throw config.fault(
                    FormatFault.BAD_TYPE,
                    field,
                    "must be an object of at most %d fields".formatted(limits.values()));
        }
        List<PeftConfig.Setting<T>> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : patterns.properties()) {
            all.add(
                    new PeftConfig.Setting<>(
                            NamePattern.suffix(config.file(), field, each.getKey()),
                            value.apply(each.getValue())));
        }
        return all;
    }

    private static String baseModel(ConfigFields config, List<String> warnings) {
        String field = "base_model_name_or_path";
        JsonNode value = config.at(field);
        if (!config.says(field)) {
            warnings.add("the base model is not named");
            return "";
        }
        if (!value.isTextual() || value.textValue().indexOf('\0') >= 0) {
            throw config.fault(FormatFault.BAD_NAME, field, "must be text without NUL");
        }
        return value.textValue();
    }
}
