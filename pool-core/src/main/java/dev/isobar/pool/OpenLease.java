package dev.isobar.pool;

/// A watched lease that is still open, or was lost.
///
/// @param key the entry's key as text
/// @param bytes what the entry is charged
/// @param holder the thread that took the lease
/// @param acquiredAt the first frames of the stack that took it, one a line
public record OpenLease(String key, long bytes, String holder, String acquiredAt) {}
