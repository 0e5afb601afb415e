package dev.isobar.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/// How much memory the system has left for this process: what `/proc/meminfo` calls available,
/// bounded by the control groups the process is in, version 1 or 2.
///
/// Of a group, the file pages that the kernel would drop first count as free.
final class SystemMemory {

    private final Path proc;
    private final Path groups;

    /// @param proc where to look for `meminfo` and `self/cgroup`: `/proc` but in tests
    /// @param groups the root of the control groups: `/sys/fs/cgroup` but in tests
    SystemMemory(Path proc, Path groups) {
        this.proc = proc;
        this.groups = groups;
    }

    static SystemMemory ofThisMachine() {
        return new SystemMemory(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /// In bytes; empty where the system does not say. Reads files: some ten microseconds.
    OptionalLong freeBytes() {
        OptionalLong available = inKilobytes(proc.resolve("meminfo"), "MemAvailable:");
        if (available.isEmpty()) {
            return available;
        }
        return OptionalLong.of(Math.max(0, Math.min(available.getAsLong(), roomInGroups())));
    }

    private long roomInGroups() {
        long room = Long.MAX_VALUE;
        for (String line : lines(proc.resolve("self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                room = Math.min(room, roomUnder(groups, parts[2], Names.V2));
            } else if (List.of(parts[1].split(",")).contains("memory")) {
                room = Math.min(room, roomUnder(groups.resolve("memory"), parts[2], Names.V1));
            }
        }
        return room;
    }

    /// The least room of a group and of those around it. In a container the path of the group may
    /// be that of the host, and only the root is there.
    private static long roomUnder(Path root, String group, Names names) {
        long room = roomOf(root, names);
        Path path = root;
        for (Path step : Path.of(group)) {
            path = path.resolve(step);
            room = Math.min(room, roomOf(path, names));
        }
        return room;
    }

    private static long roomOf(Path group, Names names) {
        OptionalLong limit = number(group.resolve(names.limit));
        OptionalLong used = number(group.resolve(names.used));
        if (limit.isEmpty() || used.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long droppable = field(group.resolve("memory.stat"), names.droppable).orElse(0);
        return limit.getAsLong() - Math.max(0, used.getAsLong() - droppable);
    }

    private static OptionalLong inKilobytes(Path file, String field) {
        OptionalLong kilobytes = field(file, field);
        return kilobytes.isEmpty()
                ? kilobytes
                : OptionalLong.of(Math.multiplyExact(kilobytes.getAsLong(), 1024L));
    }

    /// The number after a name at the beginning of a line.
    private static OptionalLong field(Path file, String name) {
        for (String line : lines(file)) {
            if (line.startsWith(name)) {
                StringTokenizer words = new StringTokenizer(line.substring(name.length()));
                return words.hasMoreTokens() ? parse(words.nextToken()) : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalLong.empty() : parse(lines.getFirst().strip());
    }

    /// Empty also for `max`, which means no limit.
    private static OptionalLong parse(String digits) {
        try {
            return OptionalLong.of(Long.parseLong(digits));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of();
        }
    }

    private enum Names {
        V1("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
        V2("memory.max", "memory.current", "inactive_file ");

        private final String limit;
        private final String used;
        private final String droppable;

        Names(String limit, String used, String droppable) {
            this.limit = limit;
            this.used = used;
            this.droppable = droppable;
        }
    }
}
