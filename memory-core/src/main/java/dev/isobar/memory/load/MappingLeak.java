package dev.isobar.memory.load;

import java.nio.file.Path;

/// A mapping lease that was not released: when the registry was closed, or because the system did not
/// take it back.
///
/// *Immutable.*
///
/// @param path the file
/// @param token slot, generation and owner
/// @param bytes how much it maps
/// @param state where it got stuck
public record MappingLeak(Path path, LeaseToken token, long bytes, LeaseState state) {}
