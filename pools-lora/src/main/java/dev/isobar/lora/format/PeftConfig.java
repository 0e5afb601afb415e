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
/// @param baseModel the model it was trained on
/// @param warnings what is odd but no reason to refuse it
record PeftConfig(
        String file,
        int rank,
        double alpha,
        boolean rsLora,
        List<Setting<Integer>> rankPatterns,
        List<Setting<Double>> alphaPatterns,
        Targets targets,
        String baseModel,
        List<String> warnings) {

    /// A value for the modules that match.
    record Setting<T>(NamePattern pattern, T value) {}

    /// Which modules an adapter is for.
    sealed interface Targets {

        /// Whether a module is one.
        boolean include(String module);

        /// Every linear layer.
        record All() implements Targets {
            @Override
            public boolean include(String module) {
                return true;
            }
        }

        /// Those that are named, or whose name ends like that after a dot.
        record Named(List<String> names) implements Targets {
            public Named {
                names = List.copyOf(names);
            }

            @Override
            public boolean include(String module) {
                return names.stream().anyMatch(name -> isNamed(module, name));
            }

            static boolean isNamed(String module, String name) {
                return module.equals(name) || module.endsWith("." + name);
            }
        }

        /// Those that match.
        record Matching(NamePattern pattern) implements Targets {
            @Override
            public boolean include(String module) {
                return pattern.matches(module);
            }
        }
    }

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
