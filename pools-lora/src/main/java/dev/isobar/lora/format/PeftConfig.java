package dev.isobar.lora.format;

import java.util.List;
import java.util.Objects;

/// What `adapter_config.json` says, checked.
///
/// *Immutable.*
///
/// @param file the file, as messages call it
/// @param rank the rank where no pattern says otherwise; at least 1
/// @param alpha the alpha where no pattern says otherwise; more than 0
/// @param rsLora whether the scale is alpha/√rank
/// @param rankPatterns ranks of modules, the first that matches counts
/// @param alphaPatterns alphas of modules, the first that matches counts
/// @param targets which modules it is for
/// @param tied whether modules that share their weight with one of the targets have matrices too
/// @param baseModel the model it was trained on
/// @param warnings what is odd but no reason to refuse it
record PeftConfig(
        String file,
        int rank,
        double alpha,
        boolean rsLora,
        List<Setting<Integer>> rankPatterns,
        List<Setting<Double>> alphaPatterns,
        PeftTargets targets,
        boolean tied,
        String baseModel,
        List<String> warnings) {

    /// A value for the modules that match.
    record Setting<T>(NamePattern pattern, T value) {}

    PeftConfig {
        Objects.requireNonNull(file, "file");
        rankPatterns = List.copyOf(rankPatterns);
        alphaPatterns = List.copyOf(alphaPatterns);
        warnings = List.copyOf(warnings);
    }

    int rankOf(String module) {
        return first(rankPatterns, module, rank);
    }

    double alphaOf(String module) {
        return first(alphaPatterns, module, alpha);
    }

    private static <T> T first(List<Setting<T>> overrides, String module, T otherwise) {
        for (Setting<T> override : overrides) {
            if (override.pattern().matches(module)) {
                return override.value();
            }
        }
        return otherwise;
    }
}
