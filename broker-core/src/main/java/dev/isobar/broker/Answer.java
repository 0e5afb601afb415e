package dev.isobar.broker;

/// What came of a call of foreign code.
sealed interface Answer<T> {

    /// It returned in time.
    record Given<T>(T value) implements Answer<T> {}

    /// It gave no usable answer.
    ///
    /// @param reason why, for people
    /// @param hangs whether it did not come back in time
    record Failed<T>(String reason, boolean hangs) implements Answer<T> {}
}
