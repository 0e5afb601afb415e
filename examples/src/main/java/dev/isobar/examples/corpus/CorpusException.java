package dev.isobar.examples.corpus;

/// There is no text to work on. The message names the place and says what is wrong with it.
public final class CorpusException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// @param message one sentence for people
    public CorpusException(String message) {
        super(message);
    }

    /// @param message one sentence for people
    /// @param cause what the system said
    public CorpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
