package dev.isobar.broker;

/// What a look at a source or a signal brought.
sealed interface Look<T> {

    /// It answered.
    record Seen<T>(T value) implements Look<T> {}

    /// It threw, hung or talked nonsense.
    ///
    /// @param reason which, for people
    record Failed<T>(String reason) implements Look<T> {}

    /// It was not looked at, because it is set aside.
    record SetAside<T>() implements Look<T> {}
}
