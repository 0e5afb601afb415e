package dev.isobar.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The machine's memory as Linux sees it, read from `/proc/meminfo` each time.
///
/// @param file that file
record MemInfo(Path file) {

    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    /// The signal of a file; empty if it does not say what is needed.
    static Optional<PressureSignal> in(Path file) {
        MemInfo info = new MemInfo(file);
        try {
            info.usage();
        } catch (UncheckedIOException | IllegalStateException _) {
            return Optional.empty();
        }
        return Optional.of(HostSignals.signal("system-memory", Resource.HOST, info::usage));
    }

    private Usage usage() {
        String text = text();
        long total = bytes(TOTAL, text);
        return Usage.of(Math.max(0, total - bytes(AVAILABLE, text)), total);
    }

    private long bytes(Pattern line, String text) {
        Matcher matcher = line.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(file + " has no line like " + line);
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1024L);
    }

    private String text() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
