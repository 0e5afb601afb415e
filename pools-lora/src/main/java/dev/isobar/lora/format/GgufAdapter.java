package dev.isobar.lora.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes an adapter of a GGUF file's header, by the rules of llama.cpp's converter.
final class GgufAdapter {

    private static final String A = ".lora_a";
    private static final String B = ".lora_b";
    private static final String ALPHA = "adapter.lora.alpha";
    private static final String INVOCATION_TOKENS = "adapter.alora.invocation_tokens";
    private static final String NORM = "_norm.weight";
    private static final String TOKEN_EMBEDDING = "token_embd.weight";

    private GgufAdapter() {}

    static AdapterDescription of(TensorFile file, Path weights) {
        requireText(file, "general.type", "adapter");
        requireText(file, "adapter.type", "lora");
        MetadataValue tokens = file.metadata().get(INVOCATION_TOKENS);
        if (tokens != null && !tokens.equals(new MetadataValue.Items(List.of()))) {
            throw fault(
                    file,
                    FormatFault.UNSUPPORTED,
                    INVOCATION_TOKENS,
                    "activated LoRA is not supported");
        }
        double alpha = alpha(file);
        LoraPairs pairs = new LoraPairs(file.file(), false);
        for (TensorInfo tensor : file.tensors()) {
            place(pairs, file, tensor);
        }
        List<LoraModule> modules =
                pairs.modules((name, a, b, rank) ->
                        new LoraModule(name, a, b, rank, alpha, alpha == 0 ? 1 : alpha / rank));
        List<String> warnings = new ArrayList<>();
        String baseModel = baseModel(file);
        if (baseModel.isEmpty()) {
            warnings.add("the base model is not named");
        }
        return new AdapterDescription(
                AdapterDescription.Format.GGUF,
                weights,
                baseModel,
                modules.stream().mapToInt(LoraModule::rank).max().orElseThrow(),
                false,
                modules,
                file,
                WeightRange.of(file, _ -> true),
                warnings);
    }

    private static void place(LoraPairs pairs, TensorFile file, TensorInfo tensor) {
        String name = tensor.name();
        if (name.endsWith(A)) {
            String module = name.substring(0, name.length() - A.length());
            // The embedding's A is stored the other way round.
            pairs.a(module, tensor, module.endsWith(TOKEN_EMBEDDING) ? -1 : -2);
        } else if (name.endsWith(B)) {
            pairs.b(name.substring(0, name.length() - B.length()), tensor, -1);
        } else {
            throw fault(
                    file,
                    FormatFault.UNSUPPORTED,
                    name,
                    name.endsWith(NORM)
                            ? "the weight of a norm is not supported"
                            : "a tensor that is neither lora_a nor lora_b is not supported");
        }
    }

    private static double alpha(TensorFile file) {
        MetadataValue value = file.metadata().get(ALPHA);
        double alpha =
                switch (value) {
                    case null -> throw fault(file, FormatFault.MISSING, ALPHA, "is not there");
                    case MetadataValue.Real(double real) -> real;
                    case MetadataValue.Whole(long whole) -> whole;
                    default -> Double.NaN;
                };
        if (!Double.isFinite(alpha) || alpha < 0) {
            throw fault(
                    file,
                    FormatFault.BAD_VALUE,
                    ALPHA,
                    "an alpha must be a number from 0 on: " + value);
        }
        return alpha;
    }

    private static String baseModel(TensorFile file) {
        return file.metadata().get("general.base_model.0.name")
                        instanceof MetadataValue.Text(String name)
                ? name
                : "";
    }

    private static void requireText(TensorFile file, String field, String wanted) {
        MetadataValue value = file.metadata().get(field);
        if (value == null) {
            throw fault(file, FormatFault.MISSING, field, "is not there");
        }
        if (!value.equals(new MetadataValue.Text(wanted))) {
            throw fault(
                    file,
                    FormatFault.UNSUPPORTED,
                    field,
                    "%s is not supported, only %s".formatted(value, wanted));
        }
    }

    private static AdapterFormatException fault(
            TensorFile file, FormatFault fault, String subject, String reason) {
        return AdapterFormatException.at(fault, file.file(), subject, reason);
    }
}
