package dev.isobar.embedding;

/// A model answered something that cannot be the vectors it was asked for. Nothing of the answer was
/// cached.
public final class EmbeddingAnswerException extends RuntimeException {

    /// What is wrong with an answer.
    public enum Fault {
        /// Not one vector for each text.
        WRONG_COUNT,
        /// A vector of another length than the profile says, or than the others have.
        WRONG_DIMENSIONS,
        /// A vector is missing, or empty.
        NO_VECTOR,
        /// A vector has a number that is NaN or infinite.
        NOT_FINITE
    }

    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /// @param model the model's name
    /// @param fault what is wrong
    /// @param detail the same in numbers
    public EmbeddingAnswerException(String model, Fault fault, String detail) {
        super("model " + model + ": " + detail);
        this.fault = fault;
    }

    /// What is wrong.
    public Fault fault() {
        return fault;
    }
}
