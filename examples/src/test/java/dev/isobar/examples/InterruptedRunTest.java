package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A demo in a process of its own that is told to stop, as Ctrl-C and container hosts do.
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no polite way to stop a process")
class InterruptedRunTest {

    private static final int STOPPED_BY_SIGTERM = 128 + 15;

    @TempDir Path folder;

    @Test
    void demo_toldToStop_closesEverythingAndPrintsTheSummary() throws Exception {
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Texts.write(texts, 4, 1 << 18);
        Path out = folder.resolve("out.txt");
        Path json = folder.resolve("snapshot.json");
        Process demo =
                start(
                        out,
                        "--seconds",
                        "0",
                        "--json",
                        json.toString(),
                        "--budget",
                        "1MiB",
                        "--corpus",
                        texts.toString());
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(out).contains("kv-cache"));

            demo.destroy();

            assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isEqualTo(STOPPED_BY_SIGTERM);
            assertThat(out)
                    .content()
                    .contains("log               no warnings")
                    .contains("bytes still charged after close: 0 B")
                    .doesNotContain("WARNING");
            assertThat(Files.readString(json).strip()).startsWith("{").endsWith("}");
        } finally {
            demo.destroyForcibly();
        }
    }

    private static Process start(Path out, String... options) throws IOException {
        var command =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dguice_custom_class_loading=CHILD",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        Isobar.class.getName(),
                        "demo");
        command.command().addAll(List.of(options));
        return command.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    }
}
