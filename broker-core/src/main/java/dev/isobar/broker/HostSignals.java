package dev.isobar.broker;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Ready-made signals of the machine and the JVM. What this host does not have is answered with
/// empty: it is for the caller to say so, or to take another one.
public final class HostSignals {

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Path OWN_CGROUP = Path.of("/proc/self/cgroup");
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private HostSignals() {}

    /// What the last collection left in the old generation, against its maximum, as [Resource#HEAP].
    /// Garbage that was not collected yet does not count, so this is what really has to go; before
    /// the first collection it is 0.
    ///
    /// @return empty if this JVM has no pool that says so
    public static Optional<PressureSignal> heapAfterGc() {
        return heapAfterGc(ManagementFactory.getMemoryPoolMXBeans());
    }

    /// The memory of this process's container (cgroup v2) against its limit, as [Resource#HOST]:
    /// `memory.current` less `inactive_file`, which the kernel takes back by itself.
    ///
    /// @return empty if there is no cgroup v2, or it has no limit
    public static Optional<PressureSignal> containerMemory() {
        return CgroupMemory.find(CGROUPS, OWN_CGROUP);
    }

    /// As [#containerMemory()], of a folder of one's choice.
    ///
    /// @param cgroup the folder with `memory.current`, `memory.max` and `memory.stat`
    public static Optional<PressureSignal> containerMemory(Path cgroup) {
        return CgroupMemory.in(cgroup);
    }

    /// The machine's memory that nobody can have, against all of it, as [Resource#HOST]: by
    /// `MemAvailable` where there is one, else by what the JVM calls free, which counts the caches of
    /// the operating system as used.
    public static PressureSignal systemMemory() {
        return MemInfo.in(MEMINFO).orElseGet(HostSignals::systemMemoryOfJvm);
    }

    /// The memory of direct byte buffers against the JVM's limit for them, as [Resource#HOST].
    ///
    /// @return empty if this JVM does not say
    public static Optional<PressureSignal> directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .map(HostSignals::directBuffers);
    }

    static Optional<PressureSignal> heapAfterGc(List<MemoryPoolMXBean> pools) {
        return pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.getCollectionUsage() != null)
                .filter(HostSignals::longLived)
                .max(Comparator.comparingLong(pool -> maxBytes(pool.getUsage())))
                .map(pool -> signal("heap-after-gc", Resource.HEAP, () -> leftBy(pool)));
    }

    private static boolean longLived(MemoryPoolMXBean pool) {
        String name = pool.getName().toLowerCase(Locale.ROOT);
        return !name.contains("eden") && !name.contains("survivor") && !name.contains("young");
    }

    private static Usage leftBy(MemoryPoolMXBean pool) {
        MemoryUsage afterGc = pool.getCollectionUsage();
        long used = afterGc == null ? 0 : Math.max(0, afterGc.getUsed());
        return Usage.of(used, maxBytes(pool.getUsage()));
    }

    private static long maxBytes(MemoryUsage usage) {
        return usage.getMax() > 0 ? usage.getMax() : Runtime.getRuntime().maxMemory();
    }

    private static PressureSignal directBuffers(BufferPoolMXBean pool) {
        long limit = directLimitBytes();
        return signal(
                "direct-buffers",
                Resource.HOST,
                () -> Usage.of(Math.max(0, pool.getMemoryUsed()), limit));
    }

    /// 0 in the option means as much as the heap may have.
    private static long directLimitBytes() {
        HotSpotDiagnosticMXBean vm =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long option =
                vm == null ? 0 : Long.parseLong(vm.getVMOption("MaxDirectMemorySize").getValue());
        return option > 0 ? option : Runtime.getRuntime().maxMemory();
    }

    private static PressureSignal systemMemoryOfJvm() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return signal(
                "system-memory",
                Resource.HOST,
                () -> {
                    long total = Math.max(0, system.getTotalMemorySize());
                    return Usage.of(Math.max(0, total - system.getFreeMemorySize()), total);
                });
    }

    static PressureSignal signal(String name, Resource resource, Supplier<Usage> gauge) {
        return new Gauge(name, resource, gauge);
    }

    /// A signal that knows bytes.
    private record Gauge(String name, Resource resource, Supplier<Usage> gauge)
            implements PressureSignal {
        @Override
        public double pressure() {
            return gauge.get().pressure();
        }

        @Override
        public long capacityBytes() {
            return gauge.get().capacityBytes();
        }

        @Override
        public String toString() {
            return "PressureSignal[" + name + " of " + resource + "]";
        }
    }
}
