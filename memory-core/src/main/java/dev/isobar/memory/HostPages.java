package dev.isobar.memory;

/// What became of the wishes for huge and for locked pages of a [HostSpace], over all memory that it
/// has taken so far.
///
/// *Immutable.*
///
/// @param hugePages the system is willing to use huge pages; it does so when memory is first touched,
///     and only where it has some
/// @param locked the memory is not swapped out
public record HostPages(PageAdvice hugePages, PageAdvice locked) {}
