package dev.isobar.memory.load;

/// The limits of a [FileSources].
///
/// *Immutable.*
///
/// @param maxRangeBytes the longest range that is mapped or loaded at once; at least 1
/// @param maxLeases how many mapping leases may be open; from 1 to [#LEASES_AT_MOST]
/// @param maxItems how many ranges a batch may have; at least 1
public record FileSourcesConfig(long maxRangeBytes, int maxLeases, int maxItems) {

    /// The longest range by default: 1 TiB.
    public static final long DEFAULT_MAX_RANGE_BYTES = 1L << 40;

    /// The leases by default: {@value}.
    public static final int DEFAULT_MAX_LEASES = 1 << 16;

    /// The most leases there can be: {@value}.
    public static final int LEASES_AT_MOST = 1 << 24;

    /// The items of a batch by default: {@value}.
    public static final int DEFAULT_MAX_ITEMS = 1 << 16;

    /// @throws IllegalArgumentException if a limit is out of range
    public FileSourcesConfig {
        if (maxRangeBytes < 1 || maxLeases < 1 || maxLeases > LEASES_AT_MOST || maxItems < 1) {
            throw new IllegalArgumentException(
                    "limits out of range: maxRangeBytes=%d, maxLeases=%d, maxItems=%d"
                            .formatted(maxRangeBytes, maxLeases, maxItems));
        }
    }

    /// The limits by default.
    public static FileSourcesConfig defaults() {
        return new FileSourcesConfig(
                DEFAULT_MAX_RANGE_BYTES, DEFAULT_MAX_LEASES, DEFAULT_MAX_ITEMS);
    }
}
