package dev.isobar.benchmarks;

import dev.isobar.memory.Devices;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.SpaceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Host memory to a device and back: through the space, and by the driver's own functions called
/// directly.
@State(Scope.Benchmark)
public abstract class DeviceCopy {

    @Param({"65536", "67108864"})
    public long bytes;

    @Param({"in", "out"})
    public String direction;

    private Arena arena;
    private MemorySpace space;
    private MemoryBlock block;
    private MemorySegment host;
    private DriverCopy driver;

    abstract SpaceKind kind();

    /// @param host what to copy from and to
    abstract DriverCopy driver(MemorySegment host);

    /// Memory that the device reaches as fast as it can.
    MemorySegment host(MemorySpace space, Arena arena) {
        return arena.allocate(bytes, 4096);
    }

    /// The first device of the kind.
    private static Optional<SpaceDescription.Available> find(SpaceKind kind) {
        return Devices.discover().stream()
                .filter(SpaceDescription.Available.class::isInstance)
                .map(SpaceDescription.Available.class::cast)
                .filter(device -> device.kind() == kind)
                .findFirst();
    }

    /// Why there is no device of the kind; empty if there is one.
    static String missing(SpaceKind kind) {
        return find(kind).isPresent()
                ? ""
                : "no device of the kind " + kind + ": see ./isobar doctor";
    }

    @Setup
    public void open() {
        arena = Arena.ofShared();
        space = find(kind()).orElseThrow().open("bench", 2 * bytes);
        host = host(space, arena).fill((byte) 1);
        block = space.allocate(bytes);
        driver = driver(host);
        for (int copy = 0; copy < 2; copy++) { // the first touch of memory costs more
            space.copyIn(host, block, 0);
            driver.in();
        }
    }

    @TearDown
    public void close() {
        driver.close();
        space.close();
        arena.close();
    }

    @Benchmark
    public void driver() {
        if (direction.equals("in")) {
            driver.in();
        } else {
            driver.out();
        }
    }

    @Benchmark
    public void space() {
        if (direction.equals("in")) {
            space.copyIn(host, block, 0);
        } else {
            space.copyOut(block, 0, host);
        }
    }

    @Benchmark
    public long spaceAsync() {
        return (direction.equals("in")
                        ? space.copyInAsync(host, block, 0)
                        : space.copyOutAsync(block, 0, host))
                .await()
                .bytes();
    }
}
