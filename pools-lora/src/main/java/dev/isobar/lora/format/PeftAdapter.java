package dev.isobar.lora.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Puts a PEFT folder's two files together.
final class PeftAdapter {

    private static final String PREFIX = "base_model.model.";

    /// What PEFT saves beside the matrices of an embedding: the weight that it stands on.
    private static final String BASE_COPY = ".base_layer.weight";

    /// A layer inside of a layer: the outer one is the target.
    private static final String INNER = ".base_layer.";

    private PeftAdapter() {}

    static AdapterDescription of(PeftConfig config, TensorFile file, Path weights) {
        LoraPairs pairs = new LoraPairs(file.file(), true);
        List<String> warnings = new ArrayList<>(config.warnings());
        Set<TensorInfo> passedOver = new HashSet<>();
        for (TensorInfo tensor : file.tensors()) {
            if (tensor.name().endsWith(BASE_COPY)) {
                warnings.add(
                        "%s is a copy of the base model's own weight, and not loaded"
                                .formatted(AdapterFormatException.printable(tensor.name())));
                passedOver.add(tensor);
            } else {
                place(pairs, file.file(), tensor);
            }
        }
        List<LoraModule> modules =
                pairs.modules((name, a, b, rank) -> module(config, file.file(), name, a, b, rank));
        warnAboutUnused(config, modules, warnings);
        return new AdapterDescription(
                AdapterDescription.Format.PEFT,
                weights,
                config.baseModel(),
                modules.stream().mapToInt(LoraModule::rank).max().orElseThrow(),
                config.rsLora(),
                modules,
                file,
                WeightRange.of(file, each -> !passedOver.contains(each)),
                warnings);
    }

    private static void place(LoraPairs pairs, String file, TensorInfo tensor) {
        String name = tensor.name();
        if (name.endsWith(".lora_A.weight")) {
            pairs.a(module(name, ".lora_A.weight"), tensor, 0);
        } else if (name.endsWith(".lora_B.weight")) {
            pairs.b(module(name, ".lora_B.weight"), tensor, 1);
        } else if (name.endsWith(".lora_embedding_A")) {
            pairs.a(module(name, ".lora_embedding_A"), tensor, 0);
        } else if (name.endsWith(".lora_embedding_B")) {
            pairs.b(module(name, ".lora_embedding_B"), tensor, 1);
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
        if (name.contains("trainable_tokens")) {
            return "a trainable token";
        }
        if (name.contains("lora_") && name.endsWith(".bias")) {
            return "a LoRA bias";
        }
        if (name.endsWith(".bias")) {
            return "a bias";
        }
        if (name.endsWith(".weight") && !name.contains("lora_")) {
            return "a whole weight (of a saved module, or a resized embedding)";
        }
        return "a tensor that is neither lora_A nor lora_B";
    }

    private static String module(String tensor, String suffix) {
        String module = tensor.substring(0, tensor.length() - suffix.length());
        return module.startsWith(PREFIX) ? module.substring(PREFIX.length()) : module;
    }

    private static LoraModule module(
            PeftConfig config, String file, String name, TensorInfo a, TensorInfo b, int rank) {
        String target = name.contains(INNER) ? name.substring(0, name.indexOf(INNER)) : name;
        if (!config.targets().include(target) && !config.tied()) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_PAIR,
                    file,
                    a.name(),
                    "its module is not one of the target modules of " + config.file());
        }
        int wanted = config.rankOf(target);
        if (rank != wanted) {
            throw AdapterFormatException.at(
                    FormatFault.BAD_SHAPE,
                    file,
                    a.name(),
                    "has rank %d by its shape %s, but %s says %d"
                            .formatted(rank, a.shape(), config.file(), wanted));
        }
        double alpha = config.alphaOf(target);
        double scale = alpha / (config.rsLora() ? Math.sqrt(rank) : rank);
        return new LoraModule(name, a, b, rank, alpha, scale);
    }

    private static void warnAboutUnused(
            PeftConfig config, List<LoraModule> modules, List<String> warnings) {
        if (config.targets().included() instanceof PeftTargets.Names.Named(List<String> names)) {
            names.stream()
                    .filter(name -> modules.stream().noneMatch(each -> isFor(each, name)))
                    .forEach(name ->
                            warnings.add(
                                    "target module %s has no tensors"
                                            .formatted(AdapterFormatException.printable(name))));
        }
    }

    private static boolean isFor(LoraModule module, String target) {
        return PeftTargets.Names.Named.isNamed(module.name(), target)
                || module.name().contains("." + target + INNER)
                || module.name().startsWith(target + INNER);
    }
}
