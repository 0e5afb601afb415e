package dev.isobar.pool;

/// Keeps the fields of a subclass out of the cache lines of what lies in front of it in memory, and those
/// of one instance out of those of the next: processors fetch lines of 64 bytes, and often two together.
@SuppressWarnings("UnusedVariable")
abstract class Apart {
    private long a, b, c, d, e, f, g, h, i, j, k, l, m, n;
}
