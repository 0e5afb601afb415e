package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.ffi.SystemPages;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Advice does on Linux what it says: shown by what is resident, in the page cache and in the process.
class AdviceTest {

    private static final int PAGE = 4096;
    private static final int BYTES = 16 << 20;

    @TempDir Path folder;

    private final FileSources sources = new FileSources();
    private byte[] content;
    private FileSource source;

    @BeforeEach
    void writeFile() throws IOException {
        content = TestFiles.bytes(BYTES, 4);
        Path file = TestFiles.write(folder, "a", content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true); // dirty pages are not dropped
        }
        source = sources.register(file);
    }

    @AfterEach
    void close() {
        sources.close();
    }

    @Test
    void advise_everyKind_onAlignedAndOddRanges_isApplied() {
        try (MappingLease lease = source.map(0, BYTES, "test")) {
            for (Advice advice : Advice.values()) {
                for (long[] range : new long[][] {{0, BYTES}, {1, 3}, {PAGE + 7, 3 * PAGE + 1}}) {
                    assertThat(lease.advise(advice, range[0], range[1]))
                            .isEqualTo(
                                    SystemPages.available()
                                            ? Advice.Outcome.APPLIED
                                            : Advice.Outcome.noEffect(SystemPages.NOT_LINUX));
                }
            }
            assertThat(TestFiles.contents(lease.view())).isEqualTo(content);
        }
    }

    @Test
    void advise_outsideTheLease_isRefused() {
        try (MappingLease lease = source.map(PAGE, PAGE, "test")) {
            for (long[] range :
                    new long[][] {{0, 0}, {0, -1}, {-1, 1}, {0, PAGE + 1}, {PAGE, 1}, {1, PAGE}}) {
                failure(
                        LoadError.BAD_ADVICE_RANGE,
                        () -> lease.advise(Advice.WILL_NEED, range[0], range[1]));
            }
        }
        MappingLease released = source.map(0, PAGE, "test");
        released.close();
        assertThatThrownBy(() -> released.advise(Advice.WILL_NEED, 0, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pageOut_dropsThePagesFromTheCache_andWillNeedFetchesThem() {
        assumeTrue(SystemPages.available());
        try (MappingLease lease = source.map(0, BYTES, "test")) {
            touch(lease);
            assertThat(lease.residentBytes()).hasValue(BYTES);

            lease.advise(Advice.PAGE_OUT, 0, BYTES);

            assertThat(lease.residentBytes().getAsLong()).isLessThan(BYTES / 10);
            lease.advise(Advice.WILL_NEED, 0, BYTES);
            org.awaitility.Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(lease.residentBytes().getAsLong()).isGreaterThan(0));
            assertThat(TestFiles.contents(lease.view())).isEqualTo(content);
        }
    }

    @Test
    void pageOut_ofAPart_keepsTheRest() {
        assumeTrue(SystemPages.available());
        try (MappingLease lease = source.map(0, BYTES, "test")) {
            touch(lease);
            lease.advise(Advice.PAGE_OUT, 1, BYTES / 2);
            assertThat(lease.residentBytes().getAsLong()).isBetween(BYTES / 2L, BYTES * 3L / 4);
        }
    }

    @Test
    void dontNeed_shrinksTheProcess() throws IOException {
        assumeTrue(SystemPages.available());
        try (MappingLease lease = source.map(0, BYTES, "test")) {
            touch(lease);
            long before = residentFileBytes();
            lease.advise(Advice.DONT_NEED, 0, BYTES);
            assertThat(residentFileBytes()).isLessThan(before - BYTES * 3L / 4);
        }
    }

    private static void touch(MappingLease lease) {
        long sum = 0;
        for (long at = 0; at < lease.bytes(); at += PAGE) {
            sum += lease.view().get(ValueLayout.JAVA_BYTE, at);
        }
        assertThat(sum).isNotEqualTo(Long.MIN_VALUE);
    }

    /// What the process has of mapped files in memory.
    private static long residentFileBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssFile:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no RssFile");
    }
}
