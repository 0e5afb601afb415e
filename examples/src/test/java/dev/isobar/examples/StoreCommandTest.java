package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.pool.store.Durability;
import dev.isobar.pool.store.EntryWrite;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.Role;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {

    private static final Fingerprint KEY = new Fingerprinter().tag("k").finish();

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path root;

    @BeforeEach
    void fill() {
        root = folder.resolve("store");
        try (WarmStore store = WarmStore.of(StoreConfig.at(root))) {
            EntryWrite what = EntryWrite.of("run-1", Role.BEST).withScore(0.25);
            assertThat(store.put(KEY, what, MemorySegment.ofArray(new byte[2048])).written())
                    .isTrue();
            for (int i = 0; i < 100; i++) {
                Fingerprint key = new Fingerprinter().number("i", i % 10).finish();
                store.log("vectors")
                        .put(key, MemorySegment.ofArray(new byte[1000]), Durability.NONE);
            }
        }
    }

    private int run(String command) {
        return Isobar.run(
                new PrintWriter(out),
                new PrintWriter(err),
                Map.of(),
                "store",
                command,
                root.toString());
    }

    @Test
    void ls_listsEntriesAndLogs() {
        assertThat(run("ls")).isZero();
        assertThat(out.toString())
                .contains(KEY.hex().substring(0, 16), "run-1", "best", "0.250000", "2.0 KiB")
                .contains("log vectors: 10 values")
                .contains("1 entries");
    }

    @Test
    void verify_good_isZero() {
        assertThat(run("verify")).isZero();
        assertThat(out.toString()).contains("1 entries and 10 records read, 0 problems");
    }

    @Test
    void verify_damaged_saysWhere_andIsOne() throws IOException {
        Path entry;
        try (Stream<Path> all = Files.walk(root.resolve("entries"))) {
            entry = all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(entry);
        content[500] ^= 1;
        Files.write(entry, content);
        assertThat(run("verify")).isOne();
        assertThat(out.toString())
                .contains(KEY.hex() + "/run-1.best: the payload's checksum is wrong")
                .contains("1 problems");
        assertThat(Files.readAllBytes(entry)).as("nothing is changed").isEqualTo(content);
    }

    @Test
    void compact_takesDeadRecordsAway() throws IOException {
        long before = bytes();
        assertThat(run("compact")).isZero();
        assertThat(bytes()).isLessThan(before / 2);
        assertThat(run("verify")).isZero();
        assertThat(out.toString()).contains("10 records read, 0 problems");
    }

    @Test
    void compact_whileInUse_isOne_andSaysSo() {
        try (WarmStore store = WarmStore.of(StoreConfig.at(root))) {
            assertThat(store.best(KEY)).isPresent();
            assertThat(run("compact")).isOne();
            assertThat(out.toString()).contains("its owner is another store of this process");
            assertThat(run("ls")).isZero();
        }
    }

    @Test
    void noStore_isTwo_andMakesNone() {
        root = folder.resolve("nothing");
        for (String command : new String[] {"ls", "verify", "compact"}) {
            assertThat(run(command)).isEqualTo(2);
            assertThat(err.toString())
                    .contains("no store of this version")
                    .contains(root.toString());
        }
        assertThat(root).doesNotExist();
    }

    private long bytes() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
        }
    }
}
