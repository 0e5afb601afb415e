package dev.isobar.lora.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which modules an adapter is for, by the rules of PEFT: `target_modules` less `exclude_modules`, in the
/// layers of `layers_to_transform`.
///
/// *Immutable.*
///
/// @param included those that are meant
/// @param excluded those of them that are not
/// @param layers the layers that are meant, where the names do not say it
record PeftTargets(Names included, Names excluded, Layers layers) {

    private static final String ALL_LINEAR = "all-linear";

    /// Reads the settings of an adapter.
    ///
    /// @param most how many names there may be
    static PeftTargets of(ConfigFields config, int most, List<String> warnings) {
        Names included = names(config, "target_modules", most);
        if (included instanceof Names.None) {
            if (!config.at("target_modules").isNull()) {
                throw config.fault(
                        config.at("target_modules").isMissingNode()
                                ? FormatFault.MISSING
                                : FormatFault.BAD_TYPE,
                        "target_modules",
                        "must be text, or a list of names");
            }
            warnings.add("target_modules is null: taken for those that have tensors");
            included = new Names.All();
        }
        return new PeftTargets(
                included, names(config, "exclude_modules", most), Layers.of(config, most));
    }

    /// Whether a module is one.
    boolean include(String module) {
        return !excluded.include(module)
                && included.include(module)
                && (!(included instanceof Names.Named named)
                        || named.names.contains(module)
                        || layers.include(module));
    }

    private static Names names(ConfigFields config, String field, int most) {
        JsonNode node = config.at(field);
        if (!config.says(field)) {
            return new Names.None();
        }
        if (!node.isTextual()) {
            return new Names.Named(config.texts(field, most));
        }
        return node.textValue().equalsIgnoreCase(ALL_LINEAR)
                ? new Names.All()
                : new Names.Matching(NamePattern.whole(config.file(), field, node.textValue()));
    }

    /// Names of modules.
    sealed interface Names {

        /// Whether a module is one of them.
        boolean include(String module);

        /// None.
        record None() implements Names {
            @Override
            public boolean include(String module) {
                return false;
            }
        }

        /// All there are.
        record All() implements Names {
            @Override
            public boolean include(String module) {
                return true;
            }
        }

        /// Those that are named, or whose name ends like that after a dot.
        record Named(List<String> names) implements Names {
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
        record Matching(NamePattern pattern) implements Names {
            @Override
            public boolean include(String module) {
                return pattern.matches(module);
            }
        }
    }

    /// Numbers of layers.
    ///
    /// @param numbers the layers; empty for all
    /// @param patterns how the number is found in a module's name: the first that matches counts
    record Layers(Set<String> numbers, List<NamePattern> patterns) {

        static Layers of(ConfigFields config, int most) {
            String field = "layers_to_transform";
            JsonNode node = config.at(field);
            if (node.isMissingNode() || node.isNull() || (node.isArray() && node.isEmpty())) {
                return new Layers(Set.of(), List.of());
            }
            Set<String> numbers = new HashSet<>();
            for (JsonNode each : node.isArray() ? node : List.of(node)) {
                if (!each.isIntegralNumber() || numbers.size() > most) {
                    throw config.fault(
                            FormatFault.BAD_TYPE,
                            field,
                            "must be a whole number, or a list of such: "
                                    + ConfigFields.shown(node));
                }
                numbers.add(each.asText());
            }
            return new Layers(numbers, patterns(config, most));
        }

        private static List<NamePattern> patterns(ConfigFields config, int most) {
            String field = "layers_pattern";
            List<String> texts = config.texts(field, most);
            return texts.isEmpty()
                    ? List.of(NamePattern.anyLayer(config.file(), field))
                    : texts.stream()
                            .map(each -> NamePattern.layer(config.file(), field, each))
                            .toList();
        }

        boolean include(String module) {
            return numbers.isEmpty()
                    || patterns.stream()
                            .flatMap(each -> each.layer(module).stream())
                            .findFirst()
                            .filter(numbers::contains)
                            .isPresent();
        }
    }
}
