package dev.isobar.lora.format;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An adapter's file was refused: which file, which tensor or field, and why.
public final class AdapterFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FormatFault fault;
    private final String file;
    private final String subject;
    private final String reason;

    private AdapterFormatException(
            FormatFault fault,
            String file,
            String subject,
            String reason,
            @Nullable Throwable cause) {
        super(message(file, subject, reason), cause);
        this.fault = Objects.requireNonNull(fault, "fault");
        this.file = file;
        this.subject = subject;
        this.reason = reason;
    }

    static AdapterFormatException of(FormatFault fault, String file, String reason) {
        return new AdapterFormatException(fault, file, "", reason, null);
    }

    static AdapterFormatException of(
            FormatFault fault, String file, String reason, @Nullable Throwable cause) {
        return new AdapterFormatException(fault, file, "", reason, cause);
    }

    static AdapterFormatException at(
            FormatFault fault, String file, String subject, String reason) {
        return new AdapterFormatException(fault, file, subject, reason, null);
    }

    /// What is wrong.
    public FormatFault fault() {
        return fault;
    }

    /// The file, as the caller named it.
    public String file() {
        return file;
    }

    /// The tensor or field that is to blame; empty if the file as a whole is.
    public String subject() {
        return subject;
    }

    /// Why, for people, with the numbers.
    public String reason() {
        return reason;
    }

    private static String message(String file, String subject, String reason) {
        return subject.isEmpty()
                ? "%s: %s".formatted(file, reason)
                : "%s: '%s': %s".formatted(file, printable(subject), reason);
    }

    /// A name from a file may be anything: control characters do not reach a terminal.
    static String printable(String name) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
