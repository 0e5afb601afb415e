package dev.isobar.examples.kv;

/// When an agent gives up its request.
enum Leave {
    /// It does not.
    NEVER,
    /// While it waits to be admitted, if it has to.
    WAITING,
    /// When it has found what is kept of its prompt.
    OPENED,
    /// When its blocks are reserved, and announced to others.
    RESERVED,
    /// When half of the rest of its prompt is computed.
    COMPUTING,
    /// When its prompt is computed, and nothing of its answer.
    ANSWERING
}
