package dev.isobar.broker;

/// Why a source was not asked.
public enum SkipReason {
    /// Its capacity is 0.
    UNMANAGED,
    /// It is set aside because it failed.
    QUARANTINED,
    /// It was asked a moment ago.
    DWELLING,
    /// It is below the threshold, and so is the resource as a whole.
    BELOW_THRESHOLD,
    /// What it has promised is enough.
    IN_FLIGHT,
    /// It holds nothing above the aim.
    NOTHING_TO_GIVE,
    /// Those asked before gave, or promised, enough.
    NOT_NEEDED,
    /// The limit of bytes per pass was reached.
    LIMIT,
    /// A policy asked for what is not there, or of whom it may not.
    INVALID_STEP
}
