package dev.isobar.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {

    @TempDir private Path folder;

    @Test
    void lirs_skipsMarksAndNumbersKeysByFirstUse() throws IOException {
        Trace trace = parse(TraceFormat.LIRS, "7\n*\n\n3\r\n7\n-9");
        assertThat(trace.requests).containsExactly(0, 1, 0, 2);
        assertThat(trace.footprintBytes()).isEqualTo(3);
        assertThat(trace.unitBytes() && trace.unitCosts()).isTrue();
    }

    @Test
    void int32_isBigEndian() throws IOException {
        byte[] bytes = {0, 0, 1, 0, -1, -1, -1, -1, 0, 0, 1, 0};
        Trace trace = parse(TraceFormat.INT32, bytes);
        assertThat(trace.requests).containsExactly(0, 1, 0);
    }

    @Test
    void adaptsize_changedSizeIsAnotherKey() throws IOException {
        Trace trace = parse(TraceFormat.ADAPTSIZE, "1 5 100\n2 5 100\n3 5 200\n4 6 0\n");
        assertThat(trace.requests).containsExactly(0, 0, 1, 2);
        assertThat(trace.bytes).containsExactly(100, 200, 1);
    }

    @Test
    void penalties_missPenaltyIsTheCost() throws IOException {
        Trace trace = parse(TraceFormat.PENALTIES, "s 0xff 1 1 100\nl 0x10 6 1 10\n");
        assertThat(trace.costs).containsExactly(100, 10);
    }

    @Test
    void synthetic_sizesAndCostsAreInRangeAndIndependent() {
        Trace trace = Traces.loop(10_000, 10_000).withSyntheticBytes().withSyntheticCosts();
        assertThat(Arrays.stream(trace.bytes).summaryStatistics().getMin()).isEqualTo(1);
        assertThat(Arrays.stream(trace.bytes).summaryStatistics().getMax()).isEqualTo(64);
        assertThat(Arrays.stream(trace.costs).distinct().sorted().boxed())
                .containsExactly(1L, 10L, 100L);
        double mean = Arrays.stream(trace.bytes).average().orElseThrow();
        double meanOfDear = 0;
        long dear = 0;
        for (int key = 0; key < trace.keyCount(); key++) {
            if (trace.costs[key] == 100) {
                meanOfDear += trace.bytes[key];
                dear++;
            }
        }
        assertThat(dear).isBetween(3_100L, 3_600L);
        assertThat(meanOfDear / dear).isBetween(mean - 1.5, mean + 1.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    LIRS       | 1;x2                     | line 2 | not a number: "x2"
                    LIRS       | 99999999999999999999     | line 1 | not a number
                    LIRS       | *                        | line 2 | no requests
                    ADAPTSIZE  | 1 2 3;4 5                | line 2 | 2 fields, not 3
                    ADAPTSIZE  | 1 2 -3                   | line 1 | bytes is not from 0
                    ADAPTSIZE  | 1 2 99999999999999       | line 1 | bytes is not from 0
                    PENALTIES  | s 12 1 1 10              | line 1 | does not begin with 0x
                    PENALTIES  | s 0xzz 1 1 10            | line 1 | not a hexadecimal number
                    PENALTIES  | s 0x 1 1 10              | line 1 | not a hexadecimal number
                    PENALTIES  | s 0x1 1 9 3              | line 1 | less than hitPenalty
                    PENALTIES  | s 0x11111111111111111 1 1 3 | line 1 | not a hexadecimal number
                    """)
    void read_badLine_saysWhereAndWhy(
            TraceFormat format, String text, String place, String reason) {
        assertThatThrownBy(() -> parse(format, text.replace(';', '\n')))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("hostile, " + place + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void read_endlessLine_isRefused() {
        assertThatThrownBy(() -> parse(TraceFormat.LIRS, "1\n" + "9".repeat(5_000)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("line 2: longer than 1024 bytes");
    }

    @Test
    void read_controlCharacters_areNotShown() {
        assertThatThrownBy(() -> parse(TraceFormat.LIRS, "\u001b[31m"))
                .hasMessageContaining("\"?[31m\"");
    }

    @Test
    void read_cutKey_isRefused() {
        assertThatThrownBy(() -> parse(TraceFormat.INT32, new byte[] {1, 2, 3, 4, 5, 6}))
                .hasMessageContaining("key 2: the file ends within a key");
    }

    @Test
    void read_missingFile_saysSo() {
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> Trace.read(missing, TraceFormat.LIRS))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(missing + ": no such file");
    }

    @Test
    void read_emptyFile_saysSo() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThatThrownBy(() -> Trace.read(empty, TraceFormat.LIRS))
                .hasMessageContaining("there are no requests");
    }

    @Test
    void read_packedFile_isUnpacked_andACutOneIsRefused() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("1\n2\n1\n".repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = packed.toByteArray();
        Path whole = Files.write(folder.resolve("whole.gz"), bytes);
        assertThat(Trace.read(whole, TraceFormat.LIRS).requestCount()).isEqualTo(300);
        Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length - 9));
        assertThatThrownBy(() -> Trace.read(cut, TraceFormat.LIRS))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("ends too early");
        bytes[12] ^= 0x55;
        Path damaged = Files.write(folder.resolve("damaged.gz"), bytes);
        assertThatThrownBy(() -> Trace.read(damaged, TraceFormat.LIRS))
                .isInstanceOf(TraceException.class);
    }

    @ParameterizedTest
    @CsvSource({"0", "0%", "-1", "101%", "x", "5x", "1e3", "'5 %'", "''"})
    void capacity_nonsense_isRefused(String text) {
        assertThatThrownBy(() -> Capacity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a capacity");
    }

    @Test
    void capacity_shareOrBytes() {
        Trace trace = Traces.loop(1_000, 1_000);
        assertThat(Capacity.parse("2.5%").bytesOf(trace.footprintBytes())).isEqualTo(25);
        assertThat(Capacity.parse("0.0001%").bytesOf(trace.footprintBytes())).isEqualTo(1);
        assertThat(Capacity.parse("77").bytesOf(trace.footprintBytes())).isEqualTo(77);
    }

    private static Trace parse(TraceFormat format, String text) throws IOException {
        return parse(format, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Trace parse(TraceFormat format, byte[] bytes) throws IOException {
        try (var in = new TraceInput("hostile", new ByteArrayInputStream(bytes))) {
            return Trace.read(in, format, "hostile");
        }
    }
}
