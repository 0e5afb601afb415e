package dev.isobar.pool.store;

import static dev.isobar.pool.store.StoreFixture.bytes;
import static dev.isobar.pool.store.StoreFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.pool.store.MemoryFiles.Loss;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The machine ends before every single step, and loses all, nothing or some of what was not forced.
/// Afterwards every key reads the last value that was acknowledged, or the one that was on its way.
class CrashTest {

    private static final SessionConfig RUN =
            SessionConfig.defaults().withRun("run").withLimits(java.time.Duration.ZERO, 1 << 20);

    /// Something a program does.
    sealed interface Action {
        record Put(int key, int bytes) implements Action {}

        record Remove(int key) implements Action {}

        record Append(int key, int bytes) implements Action {}

        record Forget(int key) implements Action {}

        record Reopen() implements Action {}

        record Compact() implements Action {}
    }

    private static final String GONE = "";

    /// What a program did, and what it was told: what a key may read after a crash.
    private static final class Program {
        final Map<String, Set<String>> allowed = new HashMap<>();
        final StoreFixture fixture;
        WarmStore store;
        int count;

        Program(StoreFixture fixture) {
            this.fixture = fixture;
            this.store = open(fixture);
        }

        static WarmStore open(StoreFixture fixture) {
            return fixture.open(fixture.config().withSegmentBytes(4096));
        }

        void run(Action action) {
            switch (action) {
                case Action.Put(int key, int bytes) -> {
                    String value = value(bytes);
                    begin("e" + key, value);
                    StoreFixture.written(
                            store.put(key("e" + key), EntryWrite.value(), bytes(value)));
                    end("e" + key, value);
                }
                case Action.Remove(int key) -> {
                    begin("e" + key, GONE);
                    store.remove(key("e" + key));
                    end("e" + key, GONE);
                }
                case Action.Append(int key, int bytes) -> {
                    String value = value(bytes);
                    begin("r" + key, value);
                    StoreFixture.written(
                            store.log("log").put(key("r" + key), bytes(value), Durability.DATA));
                    end("r" + key, value);
                }
                case Action.Forget(int key) -> {
                    begin("r" + key, GONE);
                    store.log("log").remove(key("r" + key), Durability.DATA);
                    end("r" + key, GONE);
                }
                case Action.Reopen _ -> {
                    store.close();
                    store = open(fixture);
                }
                case Action.Compact _ -> store.compact();
            }
        }

        private String value(int bytes) {
            return ++count + ":" + "x".repeat(bytes);
        }

        private void begin(String name, String value) {
            allowed.computeIfAbsent(name, _ -> new HashSet<>(Set.of(GONE))).add(value);
        }

        private void end(String name, String value) {
            allowed.put(name, new HashSet<>(Set.of(value)));
        }

        void abandon() {
            try {
                store.close();
            } catch (MemoryFiles.Crash _) {
                return;
            }
        }

        void assertRecovered(WarmStore recovered, String when) {
            allowed.forEach((name, values) ->
                    assertThat(values).as("%s: %s", when, name).contains(read(recovered, name)));
        }

        private static String read(WarmStore store, String name) {
            return name.startsWith("e")
                    ? StoreFixture.best(store, key(name)).orElse(GONE)
                    : store.log("log")
                            .get(key(name))
                            .map(found -> new String(found, StandardCharsets.UTF_8))
                            .orElse(GONE);
        }
    }

    private static final List<Action> ALL_KINDS =
            List.of(
                    new Action.Put(1, 10),
                    new Action.Put(1, 500),
                    new Action.Append(1, 100),
                    new Action.Put(2, 5),
                    new Action.Append(2, 2000),
                    new Action.Append(1, 1500),
                    new Action.Append(3, 1000),
                    new Action.Remove(2),
                    new Action.Forget(3),
                    new Action.Append(2, 1900),
                    new Action.Reopen(),
                    new Action.Put(1, 20),
                    new Action.Append(1, 50),
                    new Action.Compact(),
                    new Action.Append(3, 60),
                    new Action.Put(2, 1));

    @Test
    void crash_beforeEveryStep_withEveryLoss_leavesOldOrNew() {
        int steps = run(ALL_KINDS, new StoreFixture(), Integer.MAX_VALUE).fixture.files.steps();
        assertThat(steps).isGreaterThan(80);
        for (int step = 1; step <= steps; step++) {
            Program program = run(ALL_KINDS, new StoreFixture(), step);
            for (Loss loss : Loss.values()) {
                for (int seed = 0; seed < (loss == Loss.SOME ? 8 : 1); seed++) {
                    assertRecovers(program, step, loss, seed);
                }
            }
        }
    }

    /// What the test above is worth: without any one of the forces it fails.
    @ParameterizedTest
    @CsvSource({
        "FORCE, /data/warm/tmp/[2-9].tmp",
        "FORCE, /data/warm/segments/.*",
        "FORCE_FOLDER, /data/warm/entries/../.*",
        "FORCE_FOLDER, /data/warm/entries",
        "FORCE_FOLDER, /data/warm/segments/log",
        "FORCE_FOLDER, /data/warm",
    })
    void withoutOneOfTheForces_acknowledgedValuesAreLost(MemoryFiles.Step step, Pattern where) {
        assertThatThrownBy(
                        () -> {
                            for (int crash = 1; crash < 100; crash++) {
                                StoreFixture fixture = new StoreFixture();
                                fixture.files.lie(
                                        step, path -> where.matcher(path.toString()).matches());
                                Program program = run(ALL_KINDS, fixture, crash);
                                assertRecovers(program, crash, Loss.ALL, 0);
                            }
                        })
                .isInstanceOf(AssertionError.class);
    }

    @Property(tries = 400)
    void crash_inAnyProgram_leavesOldOrNew(
            @ForAll("programs") List<Action> actions,
            @ForAll @IntRange(min = 1, max = 200) int step,
            @ForAll Loss loss,
            @ForAll long seed) {
        Program program = run(actions, new StoreFixture(), step);
        assertRecovers(program, step, loss, seed);
    }

    /// A second crash, while the first is being recovered from.
    @Property(tries = 200)
    void crash_duringRecovery_leavesOldOrNew(
            @ForAll("programs") List<Action> actions,
            @ForAll @IntRange(min = 1, max = 200) int step,
            @ForAll @IntRange(min = 1, max = 20) int secondStep,
            @ForAll Loss loss,
            @ForAll long seed) {
        Program program = run(actions, new StoreFixture(), step);
        StoreFixture first = program.fixture.afterCrash(loss, seed);
        first.files.crashAt(secondStep);
        try (WarmStore store = Program.open(first)) {
            store.log("log").count();
        } catch (MemoryFiles.Crash _) {
            first.files.steps();
        }
        try (WarmStore store = Program.open(first.afterCrash(loss, seed + 1))) {
            program.assertRecovered(store, "second crash");
        }
    }

    private static Program run(List<Action> actions, StoreFixture fixture, int crashAt) {
        fixture.files.crashAt(crashAt);
        Program program = new Program(fixture);
        try {
            for (Action action : actions) {
                program.run(action);
            }
        } catch (MemoryFiles.Crash _) {
            program.abandon();
            return program;
        }
        program.abandon();
        return program;
    }

    private static void assertRecovers(Program program, int step, Loss loss, long seed) {
        String when = "step %d, %s lost, seed %d".formatted(step, loss, seed);
        StoreFixture after = program.fixture.afterCrash(loss, seed);
        try (WarmStore store = Program.open(after)) {
            program.assertRecovered(store, when);
            assertThat(store.access()).as(when).isEqualTo(StoreAccess.OWNER);
            after.assertAccounts(store);
            StoreFixture.written(store.put(key("e9"), EntryWrite.value(), bytes("again")));
            StoreFixture.written(store.log("log").put(key("r9"), bytes("again"), Durability.DATA));
            program.assertRecovered(store, when);
            after.assertAccounts(store);
        }
        try (WarmStore store = Program.open(after)) {
            program.assertRecovered(store, when + ", opened again");
            assertThat(StoreFixture.best(store, key("e9"))).contains("again");
            assertThat(store.log("log").get(key("r9"))).isPresent();
        }
    }

    @Provide
    static Arbitrary<List<Action>> programs() {
        Arbitrary<Integer> keys = Arbitraries.integers().between(1, 4);
        Arbitrary<Integer> sizes = Arbitraries.of(1, 100, 700, 2000);
        List<Arbitrary<Action>> kinds = new ArrayList<>();
        kinds.add(Combinators.combine(keys, sizes).as(Action.Put::new));
        kinds.add(Combinators.combine(keys, sizes).as(Action.Append::new));
        kinds.add(keys.map(Action.Remove::new));
        kinds.add(keys.map(Action.Forget::new));
        kinds.add(Arbitraries.create(Action.Reopen::new));
        kinds.add(Arbitraries.create(Action.Compact::new));
        return Arbitraries.oneOf(kinds).list().ofMinSize(1).ofMaxSize(15);
    }

    /// The process ends, and not the machine: nothing that was written is lost, forced or not.
    @Test
    void kill_losesNothing_evenWithoutForce() {
        StoreFixture fixture = new StoreFixture();
        WarmStore store = fixture.open();
        StoreFixture.written(
                store.put(
                        key("a"),
                        EntryWrite.value().withDurability(Durability.NONE),
                        bytes("unforced")));
        CheckpointSession session = store.session(key("s"), RUN);
        StoreFixture.written(session.offer(1, () -> bytes("checkpoint")));
        MemoryFiles after = fixture.files.afterCrash(Loss.NOTHING, 0);
        store.close();
        try (WarmStore again = new StoreFixture(after, fixture.clocks).open()) {
            assertThat(StoreFixture.best(again, key("a"))).contains("unforced");
            assertThat(StoreFixture.best(again, key("s"))).contains("checkpoint");
        }
    }

    @Test
    void values_neverForced_mayBeLost_butAreNeverWrong() {
        for (int seed = 0; seed < 200; seed++) {
            StoreFixture fixture = new StoreFixture();
            WarmStore store = fixture.open();
            SegmentLog log = store.log("log");
            for (int i = 0; i < 10; i++) {
                log.put(key("r" + i), bytes(300, i), Durability.NONE);
            }
            MemoryFiles after = fixture.files.afterCrash(Loss.SOME, seed);
            store.close();
            try (WarmStore again = new StoreFixture(after, fixture.clocks).open()) {
                for (int i = 0; i < 10; i++) {
                    byte[] wanted = bytes(300, i).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                    Optional<byte[]> found = again.log("log").get(key("r" + i));
                    found.ifPresent(bytes -> assertThat(bytes).isEqualTo(wanted));
                }
            }
        }
    }
}
