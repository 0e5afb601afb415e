package dev.isobar.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The memory of a control group, version 2, read from its files each time.
///
/// @param folder the one with the `memory.*` files
record CgroupMemory(Path folder) {

    private static final String UNLIMITED = "max";

    /// The signal of a folder; empty if it is not one of a limited cgroup v2.
    static Optional<PressureSignal> in(Path folder) {
        CgroupMemory group = new CgroupMemory(folder);
        return group.limited()
                ? Optional.of(HostSignals.signal("container-memory", Resource.HOST, group::usage))
                : Optional.empty();
    }

    /// The signal of this process's own group, or, inside a container, of the one it sees as root.
    static Optional<PressureSignal> find(Path root, Path ownCgroupFile) {
        return own(root, ownCgroupFile).flatMap(CgroupMemory::in).or(() -> in(root));
    }

    /// The line of version 2 is `0::/path`.
    private static Optional<Path> own(Path root, Path ownCgroupFile) {
        try {
            return Files.readAllLines(ownCgroupFile).stream()
                    .filter(line -> line.startsWith("0::/"))
                    .map(line -> root.resolve(line.substring("0::/".length())))
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private boolean limited() {
        return Files.isReadable(file("memory.current"))
                && Files.isReadable(file("memory.max"))
                && !text("memory.max").equals(UNLIMITED);
    }

    private Usage usage() {
        String limit = text("memory.max");
        long current = Long.parseLong(text("memory.current"));
        long needed = Math.max(0, current - inactiveFileBytes());
        return Usage.of(needed, limit.equals(UNLIMITED) ? 0 : Long.parseLong(limit));
    }

    private long inactiveFileBytes() {
        return lines("memory.stat").stream()
                .filter(line -> line.startsWith("inactive_file "))
                .mapToLong(
                        line -> Long.parseLong(line.substring("inactive_file ".length()).strip()))
                .findFirst()
                .orElse(0);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private String text(String name) {
        return lines(name).getFirst().strip();
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
