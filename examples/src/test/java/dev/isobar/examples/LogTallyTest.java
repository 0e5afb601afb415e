package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.Test;

class LogTallyTest {

    private static final System.Logger LOG = System.getLogger("dev.isobar.test");

    private final StringWriter written = new StringWriter();
    private final PrintWriter err = new PrintWriter(written);

    @Test
    void install_quiet_keepsWarningsInOneLineUntilTheEnd() {
        try (var tally = LogTally.install(err, false)) {
            LOG.log(Level.INFO, "nothing special");
            LOG.log(Level.WARNING, "odd", new IllegalStateException("cause"));

            assertThat(tally.warnings()).isEqualTo(1);
            assertThat(written.toString()).isEmpty();
        }

        assertThat(written.toString())
                .isEqualToNormalizingNewlines(
                        "isobar: odd: java.lang.IllegalStateException: cause\n");
    }

    @Test
    void install_verbose_keepsEverythingWithStackTraces() {
        try (var tally = LogTally.install(err, true)) {
            LOG.log(Level.DEBUG, "detail");
            LOG.log(Level.ERROR, "bad", new IllegalStateException("cause"));

            assertThat(tally.warnings()).isEqualTo(1);
        }

        assertThat(written.toString())
                .contains("detail", "bad", "at dev.isobar.examples.LogTallyTest");
    }

    @Test
    void close_log_isAsItWas() {
        var root = java.util.logging.Logger.getLogger("");
        var handlers = root.getHandlers();
        var level = root.getLevel();

        LogTally.install(err, true).close();

        assertThat(root.getHandlers()).containsExactly(handlers);
        assertThat(root.getLevel()).isEqualTo(level);
    }
}
