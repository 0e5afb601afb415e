package dev.isobar.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.ffi.NativeLibrary;
import dev.isobar.memory.ffi.Symbol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// A driver written for the tests, in `src/test/c`: compiled here, and loaded like the real one. It
/// keeps device memory in host memory, checks every argument, and fails on demand.
///
/// *One thread only*, but for what it stands in for. There is one of each for the whole process.
final class StandIn {

    /// What a stand-in counts, with the numbers of the C code.
    enum Kind {
        MEMORY(0),
        PINNED(1),
        STREAM(2),
        EVENT(3),
        CONTEXT(4);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    private static final ConcurrentMap<SpaceKind, StandIn> LOADED = new ConcurrentHashMap<>();
    private static final Path SOURCES = Path.of("src", "test", "c");

    private final SpaceKind kind;
    private final List<String> libraryNames;
    private final Control control;

    private StandIn(SpaceKind kind, Path library) {
        this.kind = kind;
        this.libraryNames = List.of(library.toAbsolutePath().toString());
        this.control = NativeLibrary.load(libraryNames).bind(Control.class);
    }

    /// The stand-in for the CUDA driver.
    static StandIn cuda() {
        return LOADED.computeIfAbsent(
                SpaceKind.CUDA, kind -> new StandIn(kind, compile("standin_cuda")));
    }

    /// The stand-in for the OpenCL library.
    static StandIn openCl() {
        return LOADED.computeIfAbsent(
                SpaceKind.OPENCL, kind -> new StandIn(kind, compile("standin_opencl")));
    }

    List<SpaceDescription> discover() {
        return kind == SpaceKind.CUDA ? Devices.cuda(libraryNames) : Devices.openCl(libraryNames);
    }

    /// A space on the second device.
    DeviceSpace open(String name, long capacityBytes) {
        SpaceDescription second = discover().get(1);
        return (DeviceSpace) ((SpaceDescription.Available) second).open(name, capacityBytes);
    }

    void reset() {
        int _ = control.reset();
    }

    /// Fails some calls of a function, or with `*` of all functions.
    ///
    /// @param nth the first to fail, counted from now, from 1
    void fail(String function, int nth, int times, int code) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = control.fail(arena.allocateFrom(function), nth, times, code);
        }
    }

    void failNothing() {
        fail("", 0, 0, 0);
    }

    /// Calls since [#fail] that it could have failed.
    int calls() {
        return Math.toIntExact(control.calls());
    }

    /// From now on everything fails; with code 0 no more.
    void lose(int code) {
        int _ = control.lose(code);
    }

    /// Whether asynchronous copies wait.
    void hold(boolean copiesWait) {
        int _ = control.hold(copiesWait ? 1 : 0);
    }

    void capacity(long bytes) {
        int _ = control.capacity(bytes);
    }

    long bytes() {
        return control.bytes();
    }

    long alive(Kind what) {
        return control.alive(what.number);
    }

    void assertNothingIsLeft() {
        for (Kind what : Kind.values()) {
            assertThat(alive(what)).as("%s alive", what).isZero();
        }
        assertThat(control.leftovers()).as("dropped with a context").isZero();
        assertThat(control.pushed()).as("contexts left current").isZero();
        assertNoMisuse();
    }

    void assertNoMisuse() {
        assertThat(control.misuses() == 0 ? "" : NativeLibrary.string(control.misuse()))
                .as("what a real driver might have crashed on")
                .isEmpty();
    }

    /// Why there can be no stand-in here; empty if there can.
    static String reasonAgainst() {
        if (!Files.isDirectory(SOURCES)) {
            return "the sources of the stand-ins are not here: " + SOURCES.toAbsolutePath();
        }
        try {
            run("cc", "--version");
            return "";
        } catch (IOException e) {
            return "no C compiler here (install gcc): " + e.getMessage();
        }
    }

    private static Path compile(String name) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "standin"));
            Path library = folder.resolve("lib" + name + ".so");
            String source = SOURCES.resolve(name + ".c").toString();
            run("cc", "-O1", "-shared", "-fPIC", "-pthread", "-o", library.toString(), source);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor()).as(output).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The functions that only a stand-in has.
    interface Control {
        @Symbol("standin_reset")
        int reset();

        @Symbol("standin_fail")
        int fail(MemorySegment function, int nth, int times, int code);

        @Symbol("standin_calls")
        long calls();

        @Symbol("standin_lose")
        int lose(int code);

        @Symbol("standin_hold")
        int hold(int hold);

        @Symbol("standin_capacity")
        int capacity(long bytes);

        @Symbol("standin_bytes")
        long bytes();

        @Symbol("standin_alive")
        long alive(int kind);

        @Symbol("standin_leftovers")
        long leftovers();

        @Symbol("standin_pushed")
        long pushed();

        @Symbol("standin_misuses")
        long misuses();

        @Symbol("standin_misuse")
        MemorySegment misuse();
    }
}
