package dev.isobar.memory.load;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A file could not be registered, mapped, loaded, advised or released. Carries everything that is
/// known: the code, the file, the range, which item of the batch, and the system's error number.
public final class LoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int NO_ITEM = -1;
    private static final int NO_ERRNO = 0;

    private final LoadError code;
    private final String path;
    private final long offset;
    private final long bytes;
    private final int item;
    private final int errno;
    private final String detail;
    private final transient @Nullable LoadReport report;

    private LoadException(Parts parts) {
        super(parts.message(), parts.cause);
        this.code = parts.code;
        this.path = parts.path;
        this.offset = parts.offset;
        this.bytes = parts.bytes;
        this.item = parts.item;
        this.errno = parts.errno;
        this.detail = parts.detail;
        this.report = parts.report;
    }

    static LoadException of(LoadError code, String path, String detail) {
        return new LoadException(
                new Parts(code, path, 0, 0, NO_ITEM, NO_ERRNO, detail, null, null));
    }

    static LoadException of(LoadError code, String path, Throwable cause) {
        return new LoadException(
                new Parts(
                        code, path, 0, 0, NO_ITEM, Errno.of(cause), detailOf(cause), cause, null));
    }

    /// The message of a file system's exception is no more than the path.
    private static String detailOf(Throwable cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "access denied";
            default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    }

    /// The same, with the range that was asked for.
    LoadException at(long atOffset, long atBytes) {
        return new LoadException(
                new Parts(code, path, atOffset, atBytes, item, errno, detail, cause(), report));
    }

    /// The same, with the item of the batch it happened to.
    LoadException item(int index) {
        return new LoadException(
                new Parts(code, path, offset, bytes, index, errno, detail, cause(), report));
    }

    /// The same, with what was tried.
    LoadException report(LoadReport tried) {
        return new LoadException(
                new Parts(code, path, offset, bytes, item, errno, detail, cause(), tried));
    }

    /// What went wrong.
    public LoadError code() {
        return code;
    }

    /// Which file, as the caller named it; empty if no file is to blame.
    public String path() {
        return path;
    }

    /// Where the range begins in the file, in bytes; 0 if no range is to blame.
    public long offset() {
        return offset;
    }

    /// How long the range is, in bytes; 0 if no range is to blame.
    public long bytes() {
        return bytes;
    }

    /// Which item of the batch: the lowest of those that failed. Empty outside a batch.
    public OptionalInt item() {
        return item == NO_ITEM ? OptionalInt.empty() : OptionalInt.of(item);
    }

    /// The system's error number, where it is known.
    public OptionalInt errno() {
        return errno == NO_ERRNO ? OptionalInt.empty() : OptionalInt.of(errno);
    }

    /// What the system, or the check, said.
    public String detail() {
        return detail;
    }

    /// What was requested, tried and used until it failed; null if nothing was tried.
    public @Nullable LoadReport report() {
        return report;
    }

    private @Nullable Throwable cause() {
        return getCause();
    }

    private record Parts(
            LoadError code,
            String path,
            long offset,
            long bytes,
            int item,
            int errno,
            String detail,
            @Nullable Throwable cause,
            @Nullable LoadReport report) {

        Parts {
            Objects.requireNonNull(code, "code");
        }

        String message() {
            StringBuilder text = new StringBuilder(code.name());
            if (item != NO_ITEM) {
                text.append(", item ").append(item);
            }
            if (!path.isEmpty()) {
                text.append(": ").append(path);
            }
            if (bytes != 0 || offset != 0) {
                text.append(" [offset ").append(offset).append(", ").append(bytes);
                text.append(" bytes]");
            }
            text.append(": ").append(detail);
            return errno == NO_ERRNO
                    ? text.toString()
                    : text.append(" (errno ").append(errno).append(')').toString();
        }
    }
}
