package dev.isobar.memory.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.ffi.SystemPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A window over a file four times its budget, in a process whose native memory is capped.
class WindowMemoryTest {

    private static final int PAGE = 4096;
    private static final long BUDGET = 128L << 20;
    private static final long LAYER = 16L << 20;
    private static final long FILE = 4 * BUDGET;
    private static final long STAGING = 4L << 20;

    @TempDir Path folder;

    @Test
    void window_overAFileFourTimesItsBudget_staysWithinIt() throws Exception {
        assumeTrue(SystemPages.available());
        Path file = folder.resolve("model");
        writeModel(file);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms48m",
                                "-Xmx48m",
                                "-XX:+UseSerialGC",
                                "-XX:+AlwaysPreTouch",
                                "-XX:MaxDirectMemorySize=" + (BUDGET + STAGING),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WindowProcess.class.getName(),
                                file.toString(),
                                Long.toString(BUDGET),
                                Long.toString(LAYER))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        Matcher result = Pattern.compile("checked=(\\d+) grown=(-?\\d+)").matcher(output);
        assertThat(result.find()).as(output).isTrue();
        assertThat(Long.parseLong(result.group(1))).isEqualTo(FILE / PAGE);
        assertThat(Long.parseLong(result.group(2)))
                .as("growth of the process, in bytes")
                .isLessThanOrEqualTo(BUDGET + BUDGET / 10);
    }

    private static void writeModel(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.nativeOrder());
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < FILE; at += buffer.capacity()) {
                for (int in = 0; in < buffer.capacity(); in += PAGE) {
                    buffer.putLong(in, (at + in) / PAGE);
                }
                buffer.clear();
                channel.write(buffer);
            }
            channel.force(true);
        }
    }
}
