package dev.isobar.pool;

/// What a change of a pool's limit came to.
///
/// @param limitBytes the limit that holds now
/// @param freedBytes what was freed to meet it
/// @param overBytes by how much the pool still exceeds it, because the rest is pinned or in flight;
///     0 if it does not
public record ResizeResult(long limitBytes, long freedBytes, long overBytes) {}
