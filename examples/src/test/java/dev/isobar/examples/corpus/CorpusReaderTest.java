package dev.isobar.examples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusReaderTest {

    private static final int PLENTY = 1000;

    @TempDir Path folder;

    private final CorpusReader reader = new CorpusReader(new PassageSplitter(4, 16), PLENTY);

    @Test
    void read_folder_takesAllFilesInOrderOfTheirNames() throws IOException {
        Files.createDirectories(folder.resolve("b/deep"));
        Files.writeString(folder.resolve("b/deep/two.txt"), "second");
        Files.writeString(folder.resolve("a.txt"), "first");

        Corpus corpus = reader.read(new FolderText(folder));

        assertThat(corpus.passages()).extracting(Passage::text).containsExactly("first", "second");
        assertThat(corpus.passages())
                .extracting(Passage::origin)
                .containsExactly("a.txt:1", "b/deep/two.txt:1");
        assertThat(corpus.files()).isEqualTo(2);
        assertThat(corpus.skippedFiles()).isZero();
    }

    @Test
    void read_longFile_tellsOnWhichLineAPassageStarts() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "line one\nline two\nline three\nline four\n");

        assertThat(reader.read(new FolderText(folder)).passages())
                .extracting(Passage::origin)
                .containsExactly("a.txt:1", "a.txt:2", "a.txt:3", "a.txt:4");
    }

    @Test
    void read_filesThatAreNotText_skippedAndCounted() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "text");
        Files.write(folder.resolve("zero.bin"), new byte[] {'a', 0, 'b'});
        Files.write(
                folder.resolve("latin1.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(
                folder.resolve("large.txt"),
                " ".repeat(TextDecoder.MAX_BYTES + 1).getBytes(StandardCharsets.US_ASCII));

        Corpus corpus = reader.read(new FolderText(folder));

        assertThat(corpus.files()).isEqualTo(1);
        assertThat(corpus.skippedFiles()).isEqualTo(3);
    }

    @Test
    void read_linkToNowhere_skippedAndCounted() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "text");
        Files.createSymbolicLink(folder.resolve("broken.txt"), folder.resolve("nowhere"));

        assertThat(reader.read(new FolderText(folder)).skippedFiles()).isEqualTo(1);
    }

    @Test
    void read_fileAndFolderWithoutPermission_skippedAndCounted() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "text");
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(secret), "this user may read everything");

        assertThat(reader.read(new FolderText(folder)).skippedFiles()).isEqualTo(2);
    }

    @Test
    void read_hiddenFoldersAndLinksToFolders_leftOut() throws IOException {
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/config"), "hidden");
        Files.writeString(folder.resolve("text.txt"), "text");
        Files.createSymbolicLink(folder.resolve("loop"), folder);

        assertThat(reader.read(new FolderText(folder)).passages())
                .extracting(Passage::text)
                .containsExactly("text");
    }

    @Test
    void read_equalPassages_takenOnce() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "same text");
        Files.writeString(folder.resolve("b.txt"), "same text");

        Corpus corpus = reader.read(new FolderText(folder));

        assertThat(corpus.passages()).hasSize(1);
        assertThat(corpus.duplicates()).isEqualTo(1);
    }

    @Test
    void read_enoughPassages_stops() throws IOException {
        for (int i = 0; i < 9; i++) {
            Files.writeString(folder.resolve(i + ".txt"), "some text " + i);
        }

        Corpus corpus =
                new CorpusReader(new PassageSplitter(4, 16), 3).read(new FolderText(folder));

        assertThat(corpus.passages()).hasSize(3);
        assertThat(corpus.files()).isEqualTo(3);
    }

    @Test
    void read_zip_takesItsFiles() throws IOException {
        Path zip = folder.resolve("text.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("dir/"));
            out.putNextEntry(new ZipEntry("dir/a.txt"));
            out.write("windows\r\nlines\r\n".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("dir/b.bin"));
            out.write(new byte[] {0, 1, 2});
        }

        Corpus corpus = reader.read(new ZipText(zip));

        assertThat(corpus.passages()).extracting(Passage::text).containsExactly("windows\nlines\n");
        assertThat(corpus.skippedFiles()).isEqualTo(1);
    }

    @Test
    void read_fileThatIsNoZip_refused() throws IOException {
        Path zip = Files.writeString(folder.resolve("not.zip"), "text");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> reader.read(new ZipText(zip)))
                .withMessage("corpus cannot be read: " + zip);
    }

    @Test
    void read_missingFolder_refused() {
        Path missing = folder.resolve("missing");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> reader.read(new FolderText(missing)))
                .withMessage("corpus folder does not exist: " + missing);
    }

    @Test
    void read_fileInsteadOfFolder_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "text");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> reader.read(new FolderText(file)))
                .withMessage("corpus is not a folder: " + file);
    }

    @Test
    void read_folderWithoutPermission_refused() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(locked), "this user may read everything");

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> reader.read(new FolderText(locked)))
                .withMessage("corpus folder cannot be read: " + locked);
    }

    @Test
    void read_folderWithoutText_refused() throws IOException {
        Files.writeString(folder.resolve("blank.txt"), " \n\n ");
        Files.write(folder.resolve("zero.bin"), new byte[] {0});

        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> reader.read(new FolderText(folder)))
                .withMessage("corpus has no text: " + folder + " (1 files skipped)");
    }
}
