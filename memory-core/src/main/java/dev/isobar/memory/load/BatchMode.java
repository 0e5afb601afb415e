package dev.isobar.memory.load;

/// What a batch does about an item that fails.
public enum BatchMode {
    /// The whole batch fails. What is wrong with the items is found before any byte is moved; if a
    /// read fails later, the bytes of all targets are undefined, and nothing is handed out.
    ALL_OR_NOTHING,
    /// The others are loaded; the report says how each went.
    PER_ITEM
}
