package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

    @TempDir Path folder;

    @Test
    void write_text_replacesTheFileAndLeavesNothingElse() throws IOException {
        Path target = Files.writeString(folder.resolve("report.json"), "old");

        try (var report = ReportFile.open(target)) {
            assertThat(target).hasContent("old");
            report.write("{}");
        }

        assertThat(target).hasContent("{}");
        assertThat(folder.toFile().list()).containsExactly("report.json");
    }

    @Test
    void close_nothingWritten_leavesEverythingAsItWas() throws IOException {
        Path target = folder.resolve("report.json");

        ReportFile.open(target).close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void open_missingFolder_refused() {
        Path target = folder.resolve("missing/report.json");

        assertThatExceptionOfType(ReportException.class)
                .isThrownBy(() -> ReportFile.open(target))
                .withMessage(
                        "report cannot be written: %s (no such folder: %s)",
                        target, target.getParent());
    }

    @Test
    void open_folder_refused() {
        assertThatExceptionOfType(ReportException.class)
                .isThrownBy(() -> ReportFile.open(folder))
                .withMessage("report cannot be written: %s (it is a folder)", folder);
    }
}
