package dev.isobar.examples.replay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Traces for tests: the real ones, where they are beside the checkout, and made ones.
final class Traces {

    private static final Path FOLDER = folder();

    record Named(String name, String file, TraceFormat format) {}

    static final List<Named> REAL =
            List.of(
                    new Named("loop", "lirs-loop.trace.gz", TraceFormat.LIRS),
                    new Named("multi1", "lirs-multi1.trace.gz", TraceFormat.LIRS),
                    new Named("sprite", "lirs-sprite.trace.gz", TraceFormat.LIRS),
                    new Named("web07", "cache2k-web07.int32.gz", TraceFormat.INT32),
                    new Named("gcc", "penalties-gcc.trace.gz", TraceFormat.PENALTIES),
                    new Named("adapt", "adaptsize-request.trace.gz", TraceFormat.ADAPTSIZE));

    private Traces() {}

    static Trace real(Named trace) throws IOException {
        Path file = FOLDER.resolve(trace.file());
        assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
        return Trace.read(file, trace.format());
    }

    /// A loop over so many keys.
    static Trace loop(int keys, int requests) {
        var builder = new TraceBuilder();
        for (int i = 0; i < requests; i++) {
            builder.add(i % keys, 1, 1);
        }
        return builder.build("made loop");
    }

    /// Keys whose popularity falls with their rank, mixed with keys that never come again.
    static Trace skewedWithScans(int requests, long seed) {
        var random = new Random(seed);
        var builder = new TraceBuilder();
        for (int i = 0; i < requests; i++) {
            boolean once = random.nextInt(3) == 0;
            long key = once ? 1_000_000 + i : (long) Math.exp(random.nextDouble() * 9);
            builder.add(key, 1, 1);
        }
        return builder.build("made skewed");
    }

    private static Path folder() {
        Path here = Path.of("").toAbsolutePath();
        Path repository = Files.exists(here.resolve("isobar")) ? here : here.getParent();
        return repository.resolveSibling("shared").resolve("data").resolve("cache-traces");
    }
}
