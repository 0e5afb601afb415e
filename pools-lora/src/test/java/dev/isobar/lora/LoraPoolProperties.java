package dev.isobar.lora;

import dev.isobar.lora.LoraRun.Kind;
import dev.isobar.lora.LoraRun.Step;
import dev.isobar.memory.HostSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Random activations, pins, prefetches, reclaims, removals and failing loads by three owners: bytes
/// are exact, what is pinned or leased stays, the two tiers agree, and nothing is left at the end.
class LoraPoolProperties {

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, LoraRun.ADAPTERS - 1),
                        Arbitraries.integers().between(0, 2))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 60)
    void randomUse_keepsEveryInvariant(@ForAll("steps") List<Step> steps) throws Exception {
        run(steps, false);
    }

    @Property(tries = 30)
    void randomUse_overAMappedHost_keepsEveryInvariant(@ForAll("steps") List<Step> steps)
            throws Exception {
        run(steps, true);
    }

    private static void run(List<Step> steps, boolean mapped) throws Exception {
        Path folder = Files.createTempDirectory("lora");
        try (LoraRun run = new LoraRun(folder, HostSpace.of("device", 64 << 20), mapped)) {
            for (Step step : steps) {
                run.apply(step);
                run.check();
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
