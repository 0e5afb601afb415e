package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreProcess.key;
import static dev.isobar.pool.store.StoreProcess.value;
import static dev.isobar.pool.store.StoreProcess.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes, real files: killed while writing, two at one root, a file size limit.
@Timeout(600)
class StoreProcessesTest {

    @TempDir Path folder;

    @Test
    void kill_20Times_leavesOldOrNew() throws Exception {
        kill(20, new Random(20));
    }

    @Test
    @Tag("stress")
    @Timeout(value = 45, unit = TimeUnit.MINUTES) // 300 times a new process, on whatever machine
    void kill_300Times_leavesOldOrNew() throws Exception {
        kill(300, new Random(300));
    }

    /// Kills a writer after a random number of acknowledgements, and looks.
    private void kill(int times, Random random) throws Exception {
        Path root = folder.resolve("killed");
        Map<String, Integer> acknowledged = new HashMap<>();
        int writes = 0;
        int ahead = 0;
        for (int i = 0; i < times; i++) {
            Process writer = start("write", root.toString(), Long.toString(random.nextLong()));
            int most = 1 + random.nextInt(200);
            try (BufferedReader output = output(writer)) {
                assertThat(output.readLine()).startsWith("owner true");
                String line = output.readLine();
                for (int count = 1; line != null; line = output.readLine(), count++) {
                    String[] words = line.split(" ", -1);
                    assertThat(words).as(line).hasSize(3);
                    acknowledged.put(words[0] + " " + words[1], Integer.parseInt(words[2]));
                    writes++;
                    if (count == most) {
                        kill(writer);
                    }
                }
            }
            writer.waitFor();
            ahead += assertOldOrNew(root, acknowledged);
        }
        report(
                "killed %d times after %d acknowledged writes: %d keys read the write that was under way, none an older or mixed one"
                        .formatted(times, writes, ahead));
    }

    /// Not `Process.destroyForcibly`: that closes the output too, and what is in it is lost.
    private static void kill(Process process) {
        assertThat(process.toHandle().destroyForcibly()).isTrue();
    }

    @SuppressWarnings("SystemOut")
    private static void report(String line) {
        System.out.println(line);
    }

    private static int assertOldOrNew(Path root, Map<String, Integer> acknowledged) {
        int ahead = 0;
        try (WarmStore store = WarmStore.of(StoreProcess.config(root))) {
            assertThat(store.access()).isEqualTo(StoreAccess.OWNER);
            for (Map.Entry<String, Integer> each : acknowledged.entrySet()) {
                String[] words = each.getKey().split(" ", -1);
                int version = read(store, words[0], Integer.parseInt(words[1]));
                assertThat(version)
                        .as(each.getKey())
                        .isBetween(each.getValue(), each.getValue() + 1);
                ahead += version - each.getValue();
                each.setValue(version);
            }
            assertThat(store.stats().quarantined()).isZero();
            assertThat(store.verify().problems()).isEmpty();
        }
        return ahead;
    }

    private static int read(WarmStore store, String kind, int key) {
        Optional<byte[]> found =
                kind.equals("e")
                        ? store.best(key(kind, key))
                                .map(each -> each.payload().toArray(ValueLayout.JAVA_BYTE))
                        : store.log("log").get(key(kind, key));
        assertThat(found).as("%s%d is not lost", kind, key).isPresent();
        return version(kind, key, found.get());
    }

    @Test
    void ownerInAnotherProcess_isReadFrom_andTakenOverWhenKilled() throws Exception {
        Path root = folder.resolve("shared");
        Process owner = start("own", root.toString());
        try (BufferedReader output = output(owner)) {
            assertThat(output.readLine()).isEqualTo("OWNER");
            try (WarmStore reader = WarmStore.of(StoreProcess.config(root))) {
                assertThat(reader.access()).isEqualTo(StoreAccess.READER);
                assertThat(reader.reason()).contains("its owner is another process");
                assertThat(read(reader, "e", 0)).isEqualTo(1);
                assertThat(reader.put(key("e", 1), EntryWrite.value(), value("e", 1, 1)))
                        .isInstanceOf(WriteOutcome.Unavailable.class);
                owner.getOutputStream().write('x');
                owner.getOutputStream().flush();
                assertThat(output.readLine()).isEqualTo("written");
                assertThat(read(reader, "e", 0)).isEqualTo(2);
            }
            kill(owner);
            owner.waitFor();
        }
        try (WarmStore next = WarmStore.of(StoreProcess.config(root))) {
            assertThat(next.access()).isEqualTo(StoreAccess.OWNER);
            assertThat(read(next, "e", 0)).isEqualTo(2);
            assertThat(run("look", root)).containsExactly("READER true");
        }
        assertThat(run("look", root)).containsExactly("OWNER true");
    }

    /// A second store at the root must not cost the first its lock: closing any channel on the file
    /// would.
    @Test
    void secondStoreInThisProcess_reads_andTheLockStays() throws Exception {
        Path root = folder.resolve("twice");
        try (WarmStore first = WarmStore.of(StoreProcess.config(root))) {
            StoreFixture.written(first.put(key("e", 0), EntryWrite.value(), value("e", 0, 1)));
            try (WarmStore second =
                    WarmStore.of(StoreProcess.config(folder.resolve("x/../twice")))) {
                assertThat(second.access()).isEqualTo(StoreAccess.READER);
                assertThat(second.reason()).contains("another store of this process");
                StoreFixture.written(first.put(key("e", 0), EntryWrite.value(), value("e", 0, 2)));
                assertThat(read(second, "e", 0)).isEqualTo(2);
            }
            assertThat(run("look", root)).containsExactly("READER true");
        }
    }

    @Test
    void twoRoots_sameKey_areApart() {
        try (WarmStore one = WarmStore.of(StoreProcess.config(folder.resolve("one")));
                WarmStore two = WarmStore.of(StoreProcess.config(folder.resolve("two")))) {
            StoreFixture.written(one.put(key("e", 0), EntryWrite.value(), value("e", 0, 1)));
            assertThat(two.best(key("e", 0))).isEmpty();
            StoreFixture.written(two.put(key("e", 0), EntryWrite.value(), value("e", 0, 7)));
            assertThat(read(one, "e", 0)).isEqualTo(1);
            assertThat(read(two, "e", 0)).isEqualTo(7);
        }
    }

    /// No root is needed for this, and it looks to a writer as a full disk does: a part is written.
    @Test
    void fileSizeLimit_isAnAnswer_andLosesNothing() throws Exception {
        List<String> lines = runLimited("fill", folder.resolve("small"), 2048);
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).startsWith("entry NoSpace[").contains("File too large");
        assertThat(lines.get(1)).isEqualTo("kept true");
        assertThat(lines.get(2)).startsWith("log NoSpace[").contains("File too large");
        assertThat(lines.get(3)).isEqualTo("lost 0 of true");
    }

    /// A small disk of its own, seen by the child alone: gone when that ends.
    @Test
    void fullDisk_isAnAnswer_andLosesNothing() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        List<String> mount =
                List.of(
                        "unshare",
                        "-rm",
                        "bash",
                        "-c",
                        "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"",
                        disk.toString());
        assumeTrue(
                start(mount, List.of("true")) == 0,
                "this machine lets nobody mount a tmpfs (unshare -rm): no small disk to fill");
        List<String> command = new ArrayList<>(mount);
        command.addAll(command("fill", disk.resolve("warm").toString()));
        List<String> lines = lines(new ProcessBuilder(command).redirectErrorStream(true).start());
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).startsWith("entry NoSpace[").contains("No space left");
        assertThat(lines.get(1)).isEqualTo("kept true");
        assertThat(lines.get(2)).startsWith("log NoSpace[").contains("No space left");
        assertThat(lines.get(3)).isEqualTo("lost 0 of true");
    }

    /// @return the exit code; -1 if there is no such command
    private static int start(List<String> command, List<String> rest) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(rest);
        try {
            return new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException _) {
            return -1;
        }
    }

    @Test
    void interruptedThread_writesAndReads_andStaysInterrupted() throws Exception {
        Path root = folder.resolve("interrupted");
        try (WarmStore store = WarmStore.of(StoreProcess.config(root))) {
            Thread.currentThread().interrupt();
            for (int i = 1; i < 50; i++) {
                StoreFixture.written(store.put(key("e", 0), EntryWrite.value(), value("e", 0, i)));
                StoreFixture.written(
                        store.log("log").put(key("r", 0), value("r", 0, i), Durability.DATA));
                assertThat(read(store, "e", 0)).isEqualTo(i);
                assertThat(read(store, "r", 0)).isEqualTo(i);
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(run("look", root))
                    .as("the lock is still held")
                    .containsExactly("READER true");
        }
    }

    /// Interrupts that hit in the middle of reads of the same file by others.
    @Test
    void interrupts_duringReads_disturbNobody() throws Exception {
        try (WarmStore store = WarmStore.of(StoreProcess.config(folder.resolve("storm")))) {
            StoreFixture.written(
                    store.log("log").put(key("r", 0), value("r", 0, 5), Durability.DATA));
            List<Thread> readers = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                Thread reader =
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                                .start(() -> readMany(store));
                readers.add(reader);
            }
            for (int i = 0; i < 2000; i++) {
                readers.get(i % readers.size()).interrupt();
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    private static void readMany(WarmStore store) {
        for (int i = 0; i < 3000; i++) {
            assertThat(read(store, "r", 0)).isEqualTo(5);
        }
    }

    /// Nobody who reads while an entry is overwritten ever misses it, or sees a mix.
    @Test
    void readers_whileTheEntryIsOverwritten_alwaysFindIt() throws Exception {
        Path root = folder.resolve("race");
        try (WarmStore store = WarmStore.of(StoreProcess.config(root));
                WarmStore other = WarmStore.of(StoreProcess.config(root).reading())) {
            StoreFixture.written(store.put(key("e", 0), EntryWrite.value(), value("e", 0, 1)));
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            List<Thread> readers = new ArrayList<>();
            for (WarmStore each : List.of(store, other)) {
                readers.add(
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                                .start(() -> readUntil(each, 400)));
            }
            EntryWrite what = EntryWrite.value().withDurability(Durability.NONE);
            for (int version = 2; version <= 400; version++) {
                StoreFixture.written(store.put(key("e", 0), what, value("e", 0, version)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failures).isEmpty();
            assertThat(store.stats().damaged()).isZero();
        }
    }

    private static void readUntil(WarmStore store, int last) {
        int before = 0;
        while (before < last) {
            int now = read(store, "e", 0);
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
        }
    }

    private static List<String> run(String what, Path root) throws Exception {
        return lines(start(what, root.toString()));
    }

    private static List<String> runLimited(String what, Path root, int kibibytes) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-c",
                                "trap '' XFSZ; ulimit -f " + kibibytes + " && exec \"$0\" \"$@\""));
        command.addAll(command(what, root.toString()));
        return lines(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private static List<String> lines(Process process) throws Exception {
        try (BufferedReader output = output(process)) {
            List<String> lines = output.lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return lines;
        }
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static Process start(String... args) throws IOException {
        return new ProcessBuilder(command(args)).redirectErrorStream(true).start();
    }

    private static List<String> command(String... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoreProcess.class.getName()));
        command.addAll(List.of(args));
        return command;
    }
}
