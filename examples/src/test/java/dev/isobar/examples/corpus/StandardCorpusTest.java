package dev.isobar.examples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardCorpusTest {

    @TempDir Path folder;

    @Test
    void find_jdkWithSources_takesThem() throws IOException {
        Files.createDirectory(folder.resolve("lib"));
        Path sources = Files.createFile(folder.resolve("lib/src.zip"));

        assertThat(StandardCorpus.find(folder, null)).isEqualTo(new ZipText(sources));
    }

    @Test
    void find_jdkWithoutSources_takesTheDocumentationAboveTheCode() throws IOException {
        Files.createFile(folder.resolve("README.md"));
        Path docs = Files.createDirectory(folder.resolve("docs"));

        assertThat(StandardCorpus.find(folder, folder.resolve("examples/target/classes")))
                .isEqualTo(new FolderText(docs));
    }

    @Test
    void find_neither_refusedWithAdvice() {
        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> StandardCorpus.find(folder, folder.resolve("classes")))
                .withMessage(
                        "no text at hand: no %s and no documentation; name a folder with --corpus DIR",
                        folder.resolve("lib/src.zip"));
    }
}
