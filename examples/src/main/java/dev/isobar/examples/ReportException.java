package dev.isobar.examples;

/// A report cannot be written. The message names the file and says why.
final class ReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
