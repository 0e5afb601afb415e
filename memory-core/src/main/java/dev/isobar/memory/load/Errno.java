package dev.isobar.memory.load;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The system's error numbers. Java keeps only the words, so that they are found again by these.
final class Errno {

    static final int NO_SUCH_FILE = 2;
    static final int INTERRUPTED = 4;
    static final int IO = 5;
    static final int ACCESS = 13;
    static final int INVALID = 22;
    static final int NO_SPACE = 28;

    private static final Map<String, Integer> BY_WORDS =
            Map.ofEntries(
                    Map.entry("No such file or directory", NO_SUCH_FILE),
                    Map.entry("Interrupted system call", INTERRUPTED),
                    Map.entry("Input/output error", IO),
                    Map.entry("No such device or address", 6),
                    Map.entry("Cannot allocate memory", 12),
                    Map.entry("Permission denied", ACCESS),
                    Map.entry("Is a directory", 21),
                    Map.entry("Invalid argument", INVALID),
                    Map.entry("Too many open files in system", 23),
                    Map.entry("Too many open files", 24),
                    Map.entry("No space left on device", NO_SPACE),
                    Map.entry("File name too long", 36),
                    Map.entry("Too many levels of symbolic links", 40),
                    Map.entry("Operation not supported", 95),
                    Map.entry("Stale file handle", 116),
                    Map.entry("Disk quota exceeded", 122));

    private Errno() {}

    /// 0 if it is not known.
    static int of(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException _ -> NO_SUCH_FILE;
            case AccessDeniedException _ -> ACCESS;
            case FileSystemException e -> ofWords(e.getReason());
            default -> ofWords(failure.getMessage());
        };
    }

    private static int ofWords(@Nullable String words) {
        return words == null ? 0 : BY_WORDS.getOrDefault(words, 0);
    }
}
