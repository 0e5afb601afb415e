package dev.isobar.lora.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Puts a PEFT folder's two files together.
final class PeftAdapter {

    private static final String PREFIX = "base_model.model.";

    private PeftAdapter() {}

    static AdapterDescription of(PeftConfig config, TensorFile file, Path weights) {
        LoraPairs pairs = new LoraPairs(file.file());
        for (TensorInfo tensor : file.tensors()) {
            place(pairs, file.file(), tensor);
        }
        List<LoraModule> modules =
                pairs.modules((name, a, b, rank) -> module(config, file.file(), name, a, b, rank));
        List<String> warnings = new ArrayList<>(config.warnings());
        warnAboutUnused(config, modules, warnings);
        return new AdapterDescription(
                AdapterDescription.Format.PEFT,
                weights,
                config.baseModel(),
                modules.stream().mapToInt(LoraModule::rank).max().orElseThrow(),
                config.rsLora(),
                modules,
                file,
                warnings);
    }

    private static void place(LoraPairs pairs, String file, TensorInfo tensor) {
        String name = tensor.name();
        if (name.endsWith(".lora_A.weight")) {
            pairs.a(module(name, ".lora_A.weight"), tensor, 0);
        } else if (name.endsWith(".lora_B.weight")) {
            pairs.b(module(name, ".lora_B.weight"), tensor);
        } else if (name.endsWith(".lora_embedding_A")) {
            pairs.a(module(name, ".lora_embedding_A"), tensor, 0);
        } else if (name.endsWith(".lora_embedding_B")) {
            pairs.b(module(name, ".lora_embedding_B"), tensor);
        } else {
            throw AdapterFormatException.at(
                    FormatFault.UNSUPPORTED, file, name, kind(name) + " is not supported");
        }
    }

    /// What people call a tensor that is no A and no B.
    private static String kind(String name) {
        if (name.contains("lora_magnitude_vector")) {
            return "a DoRA magnitude";
        }
        if (name.contains("modules_to_save")) {
            return "a saved module";
        }
        if (name.contains("lora_") && name.endsWith(".bias")) {
            return "a LoRA bias";
        }
        if (name.endsWith(".bias")) {
            return "a bias";
        }
        return "a tensor that is neither lora_A nor lora_B";
    }

    private static String module(String tensor, String suffix) {
        String module = tensor.substring(0, tensor.length() - suffix.length());
        return module.startsWith(PREFIX) ? module.substring(PREFIX.length()) : module;
    }

    private static LoraModule module(
            PeftConfig config, String file, String name, TensorInfo a, TensorInfo b, int rank) {
        if (!config.targets().include(name)) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_PAIR, file, a.name(), "its module is not in target_modules");
        }
        int wanted = config.rankOf(name);
        if (rank != wanted) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_SHAPE,
                    file,
                    a.name(),
                    "has rank %d by its shape %s, but %s says %d"
                            .formatted(rank, a.shape(), config.file(), wanted));
        }
        double alpha = config.alphaOf(name);
        double scale = alpha / (config.rsLora() ? Math.sqrt(rank) : rank);
        return new LoraModule(name, a, b, rank, alpha, scale);
    }

    private static void warnAboutUnused(
            PeftConfig config, List<LoraModule> modules, List<String> warnings) {
        if (config.targets() instanceof PeftConfig.Targets.Named(List<String> names)) {
            for (String name : names) {
                if (modules.stream()
                        .noneMatch(each -> PeftConfig.Targets.Named.isNamed(each.name(), name))) {
                    warnings.add("target module %s has no tensors".formatted(name));
                }
            }
        }
    }
}
