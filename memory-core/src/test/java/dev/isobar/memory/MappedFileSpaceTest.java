package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.contract.MemorySpaceContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MappedFileSpaceTest extends MemorySpaceContract {

    private static final long STEP_BYTES = 1 << 16;
    private static final long HEADER_BYTES = 4096;

    @TempDir Path folder;

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        try {
            Path file = Files.createTempFile("isobar-test", ".space");
            file.toFile().deleteOnExit();
            return new MappedFileSpace(
                    MappedFileSpaceConfig.temporary("file-test", file, capacityBytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MappedFileSpace space(boolean deleteOnClose) {
        return new MappedFileSpace(
                new MappedFileSpaceConfig(
                        "file",
                        folder.resolve("bytes"),
                        16 * STEP_BYTES,
                        STEP_BYTES,
                        deleteOnClose));
    }

    @Test
    void bytes_areInTheFile() throws IOException {
        try (MappedFileSpace space = space(true)) {
            byte[] mark = "find me in the file".getBytes(StandardCharsets.US_ASCII);
            MemoryBlock block = space.allocate(mark.length);
            space.copyIn(MemorySegment.ofArray(mark), block, 0);

            assertThat(Files.readString(space.file(), StandardCharsets.ISO_8859_1))
                    .contains("find me in the file");
            assertThat(space.kind()).isEqualTo(SpaceKind.MAPPED_FILE);
            assertThat(space.systemFreeBytes()).isPresent();
        }
    }

    @Test
    void file_growsInSteps_andShrinksWithTrim() throws IOException {
        try (MappedFileSpace space = space(true)) {
            assertThat(Files.size(space.file())).isEqualTo(HEADER_BYTES);
            space.free(space.allocate(100));
            assertThat(Files.size(space.file())).isEqualTo(HEADER_BYTES + STEP_BYTES);
            List<MemoryBlock> blocks = fill(space, 4096);
            assertThat(Files.size(space.file())).isEqualTo(HEADER_BYTES + 16 * STEP_BYTES);
            assertThat(space.fileBytes()).isEqualTo(HEADER_BYTES + 16 * STEP_BYTES);

            blocks.forEach(space::free);
            assertThat(space.trim()).isEqualTo(16 * STEP_BYTES);
            assertThat(Files.size(space.file())).isEqualTo(HEADER_BYTES);
            assertThat(fill(space, 4096)).hasSize(blocks.size());
        }
    }

    @Test
    void close_deletesATemporaryFile_andEmptiesAnotherOne() throws IOException {
        space(true).close();
        assertThat(folder.resolve("bytes")).doesNotExist();
        MappedFileSpace kept = space(false);
        kept.allocate(100);
        kept.close();
        kept.close();
        assertThat(Files.size(folder.resolve("bytes"))).isEqualTo(HEADER_BYTES);
        space(true).close();
        assertThat(folder.resolve("bytes")).doesNotExist();
    }

    @Test
    void file_isReadableByItsOwnerAlone_andLocked() throws IOException {
        try (MappedFileSpace space = space(true)) {
            space.allocate(8);
            if (space.file().getFileSystem().supportedFileAttributeViews().contains("posix")) {
                assertThat(Files.getPosixFilePermissions(space.file()))
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
            assertThatThrownBy(() -> space(true))
                    .isInstanceOf(MemorySpaceException.class)
                    .hasMessageContaining("another space has it");
            assertThat(space.file()).exists();
        }
    }

    @Test
    void aFileThatNoSpaceMade_isLeftAlone() throws IOException {
        Path file = folder.resolve("bytes");
        Files.writeString(file, "somebody's thesis");
        assertThatThrownBy(() -> space(true))
                .isInstanceOf(MemorySpaceException.class)
                .hasMessageContaining("no space made");
        assertThat(file).hasContent("somebody's thesis");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aLink_isNotFollowed() throws IOException {
        Path target = Files.createFile(folder.resolve("target"));
        Files.createSymbolicLink(folder.resolve("bytes"), target);
        assertThatThrownBy(() -> space(true)).isInstanceOf(MemorySpaceException.class);
        assertThat(target).isEmptyFile();
    }

    @Test
    void missingFolder_isOneClearError() {
        assertThatThrownBy(() ->
                        new MappedFileSpace(
                                MappedFileSpaceConfig.temporary(
                                        "file", folder.resolve("no/such/file"), 1 << 20)))
                .isInstanceOf(MemorySpaceException.class)
                .hasMessageContaining("NoSuchFileException");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void dropFromMemory_makesTheResidentSizeFall_andKeepsTheBytes() throws IOException {
        try (MappedFileSpace space = space(true)) {
            assumeTrue(
                    !Files.getFileStore(space.file()).type().equals("tmpfs"),
                    "a file in memory cannot be dropped from it");
            MemoryBlock block = space.allocate(8 * STEP_BYTES);
            space.view(block).fill((byte) 3);
            long before = space.residentBytes().orElseThrow();
            PageAdvice advice = space.dropFromMemory();

            assertThat(advice.inForce()).as(advice.detail()).isTrue();
            assertThat(before).isEqualTo(8 * STEP_BYTES);
            assertThat(space.residentBytes().orElseThrow()).isLessThan(before / 2);
            assertThat(read(space, block)).containsOnly(3);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileCutShortUnderTheSpace_failsTheCopy_notTheProcess() throws IOException {
        try (MappedFileSpace space = space(true)) {
            MemoryBlock block = filled(space, 60_000, 1);
            try (FileChannel channel = FileChannel.open(space.file(), StandardOpenOption.WRITE)) {
                channel.truncate(HEADER_BYTES);
            }
            MemorySegment target = MemorySegment.ofArray(new byte[60_000]);
            assertThatThrownBy(() -> space.copyOut(block, 0, target))
                    .isInstanceOf(MemorySpaceException.class)
                    .hasMessageContaining("SIGBUS");
        }
    }

    /// Compiled code learns of the fault a little later than the interpreter.
    @Test
    @EnabledOnOs(OS.LINUX)
    void fileCutShortUnderTheSpace_failsACompiledCopy_too() throws IOException {
        MemorySegment target = MemorySegment.ofArray(new byte[60_000]);
        for (int round = 0; round < 40; round++) {
            try (MappedFileSpace space = space(true)) {
                MemoryBlock block = filled(space, 60_000, 1);
                for (int copy = 0; copy < 1_000; copy++) {
                    space.copyOut(block, 0, target);
                }
                try (FileChannel channel =
                        FileChannel.open(space.file(), StandardOpenOption.WRITE)) {
                    channel.truncate(HEADER_BYTES);
                }
                assertThatThrownBy(() -> space.copyOut(block, 0, target))
                        .as("round %d", round)
                        .isInstanceOf(MemorySpaceException.class);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void diskFull_isAClearError_andNothingIsLost() throws Exception {
        ChildJvm.Result result =
                ChildJvm.runWithFileLimit(
                        1024, DiskFull.class, folder.resolve("limited").toString());
        assertThat(result.output()).isEqualTo("space file: full, all bytes there, usable again\n");
        assertThat(result.exitCode()).isZero();
        assertThat(folder.resolve("limited")).doesNotExist();
    }

    /// Runs where no file may become longer than 1 MiB.
    static final class DiskFull {
        public static void main(String[] args) {
            try (MappedFileSpace space =
                    new MappedFileSpace(
                            new MappedFileSpaceConfig(
                                    "file", Path.of(args[0]), 64 << 20, STEP_BYTES, true))) {
                List<MemoryBlock> blocks = new ArrayList<>();
                OutOfSpaceException full = null;
                while (full == null) {
                    try {
                        blocks.add(filled(space, 50_000, blocks.size()));
                    } catch (OutOfSpaceException e) {
                        full = e;
                    }
                }
                require(full.getMessage().contains("File too large"), full.getMessage());
                require(full.committedBytes() < 1 << 20, "committed " + full.committedBytes());
                require(space.fileBytes() <= 1 << 20, "file of " + space.fileBytes());
                require(blocks.size() > 10, "only " + blocks.size() + " blocks");
                for (int at = 0; at < blocks.size(); at++) {
                    byte[] bytes = read(space, blocks.get(at));
                    require(bytes[0] == at && bytes[49_999] == at, "block " + at + " changed");
                }
                space.free(blocks.getFirst());
                filled(space, 50_000, 1);
                System.out.println("space file: full, all bytes there, usable again");
            }
        }

        private static void require(boolean right, String message) {
            if (!right) {
                throw new AssertionError(message);
            }
        }
    }

    @Test
    void regions_areReused_joined_andTheEndFalls() {
        FileRegions regions = new FileRegions(10);
        long first = regions.take(100);
        long second = regions.take(50);
        long third = regions.take(100);
        assertThat(List.of(first, second, third)).containsExactly(10L, 110L, 160L);
        regions.give(first, 100);
        regions.give(second, 50);
        assertThat(regions.take(140)).isEqualTo(10);
        regions.give(10, 140);
        regions.give(third, 100);
        assertThat(regions.endBytes()).isEqualTo(10);
    }

    @Test
    void view_isTheFile() {
        try (MappedFileSpace space = space(true)) {
            MemoryBlock block = space.allocate(100, 1 << 16);
            MemorySegment view = space.view(block);
            assertThat(view.address() % (1 << 16)).isZero();
            view.set(ValueLayout.JAVA_BYTE, 0, (byte) 5);
            assertThat(read(space, block)[0]).isEqualTo((byte) 5);
        }
    }
}
