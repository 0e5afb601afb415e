package dev.isobar.examples.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.isobar.memory.Devices;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MappedFileSpace;
import dev.isobar.memory.MappedFileSpaceConfig;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.MemorySpaceException;
import dev.isobar.memory.OutOfSpaceException;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.SpaceKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// Looks at every place for bytes on this machine and copies a little to each.
///
/// *Immutable.*
///
/// @param time how long to copy in all, about
/// @param copyBytes the size of the copies, in bytes; less where a device is small
public record Doctor(Duration time, long copyBytes) {

    /// Copies of 32 MiB for a second in all: larger than any cache, and soon done.
    public static Doctor ofOneSecond() {
        return new Doctor(Duration.ofSeconds(1), 32L << 20);
    }

    /// Looks: the host first, then a temporary file, then the devices in their drivers' order and,
    /// among them, the kinds of which there is none.
    public List<SpaceCheck> examine() {
        List<SpaceDescription> devices = Devices.discover();
        Duration share = time.dividedBy(2L * (devices.size() + 2));
        List<SpaceCheck> checks = new ArrayList<>();
        checks.add(host(share));
        checks.add(file(share));
        for (SpaceDescription device : devices) {
            checks.add(
                    switch (device) {
                        case SpaceDescription.Available found -> check(found, share);
                        case SpaceDescription.Unavailable(SpaceKind kind, String reason) ->
                                new SpaceCheck.Missing(
                                        kind.name().toLowerCase(Locale.ROOT), kind, reason);
                    });
        }
        return List.copyOf(checks);
    }

    private SpaceCheck host(Duration share) {
        long memoryBytes =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        try (HostSpace space = HostSpace.of("doctor host", 2 * copyBytes)) {
            return works("host", "memory of this machine", memoryBytes, space, copyBytes, share);
        } catch (OutOfSpaceException e) {
            return new SpaceCheck.Missing("host", SpaceKind.HOST, message(e));
        }
    }

    private SpaceCheck file(Duration share) {
        try {
            Path folder = Files.createTempDirectory("isobar-doctor");
            try {
                return file(folder, share);
            } finally {
                Files.delete(folder);
            }
        } catch (IOException | MemorySpaceException | OutOfSpaceException e) {
            return new SpaceCheck.Missing("file", SpaceKind.MAPPED_FILE, message(e));
        }
    }

    private SpaceCheck file(Path folder, Duration share) throws IOException {
        MappedFileSpaceConfig config =
                MappedFileSpaceConfig.temporary(
                        "doctor file", folder.resolve("pages"), 2 * copyBytes);
        long diskBytes = Files.getFileStore(folder).getTotalSpace();
        String where = "a file in " + folder.getParent();
        try (MappedFileSpace space = new MappedFileSpace(config)) {
            return works("file", where, diskBytes, space, copyBytes, share);
        }
    }

    private SpaceCheck check(SpaceDescription.Available found, Duration share) {
        long bytes = Math.min(copyBytes, found.largestBlockBytes());
        try (MemorySpace space = found.open("doctor " + found.id(), 2 * bytes)) {
            return works(found.id(), found.device(), found.capacityBytes(), space, bytes, share);
        } catch (MemorySpaceException | OutOfSpaceException e) {
            return new SpaceCheck.Missing(found.id(), found.kind(), message(e));
        }
    }

    private static SpaceCheck works(
            String id,
            String device,
            long capacityBytes,
            MemorySpace space,
            long bytes,
            Duration share) {
        OptionalLong free = space.systemFreeBytes();
        SpaceCheck.Speed speed = new CopySpeed(bytes, share).of(space);
        return new SpaceCheck.Works(id, space.kind(), device, capacityBytes, free, speed);
    }

    private static String message(Exception e) {
        return "it is there and does not work: " + e.getMessage();
    }
}
