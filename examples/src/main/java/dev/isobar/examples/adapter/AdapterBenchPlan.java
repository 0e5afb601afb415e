package dev.isobar.examples.adapter;

import dev.isobar.lora.format.AdapterReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What `isobar adapter bench` does.
///
/// *Immutable.*
///
/// @param adapters PEFT folders and GGUF files; at least 2
/// @param slots for how many adapters of the mean size there is room; from 1 to the number of adapters
/// @param activations how many; at least 1
/// @param skew the exponent of Zipf's law; at least 0
/// @param seed decides who is popular, and the order
/// @param policies to be compared, in this order
public record AdapterBenchPlan(
        List<Path> adapters,
        int slots,
        int activations,
        double skew,
        long seed,
        List<AdapterPolicy> policies) {

    /// @throws IllegalArgumentException if a number is out of range
    public AdapterBenchPlan {
        adapters = List.copyOf(adapters);
        policies = List.copyOf(policies);
        if (adapters.size() < 2) {
            throw new IllegalArgumentException(
                    "wanted at least 2 adapters, found " + adapters.size());
        }
        if (slots < 1 || slots > adapters.size()) {
            throw new IllegalArgumentException(
                    "--slots must be from 1 to the number of adapters, %d: %d"
                            .formatted(adapters.size(), slots));
        }
        if (activations < 1) {
            throw new IllegalArgumentException("--activations must be at least 1: " + activations);
        }
        if (!(skew >= 0) || Double.isInfinite(skew)) {
            throw new IllegalArgumentException("--skew must be finite and at least 0: " + skew);
        }
    }

    /// The adapters right below a folder, by name.
    public static List<Path> adaptersIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(AdapterBenchPlan::isAdapter).sorted().toList();
        }
    }

    private static boolean isAdapter(Path path) {
        return Files.isDirectory(path)
                ? Files.exists(path.resolve(AdapterReader.CONFIG_FILE))
                : path.toString().endsWith(".gguf");
    }
}
