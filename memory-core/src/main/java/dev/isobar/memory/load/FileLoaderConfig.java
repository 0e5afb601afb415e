package dev.isobar.memory.load;

/// How a [FileLoader] is set up.
///
/// *Immutable.*
///
/// @param threads how many threads a load may use, the caller's included; from 1 to [#MAX_THREADS].
///     They block in reads, so they are platform threads; all loads of a loader share them
/// @param stagingBytes how much memory all staging buffers of the loader may take; at least 4096. What
///     was taken is kept for the next load
public record FileLoaderConfig(int threads, long stagingBytes) {

    /// The most threads: {@value}.
    public static final int MAX_THREADS = 64;

    /// The staging memory by default: {@value}.
    public static final long DEFAULT_STAGING_BYTES = 1L << 30;

    private static final int THREADS_BY_DEFAULT_AT_MOST = 4;

    /// @throws IllegalArgumentException if a number is out of range
    public FileLoaderConfig {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "threads must be from 1 to " + MAX_THREADS + ": " + threads);
        }
        if (stagingBytes < LoadPolicy.CHUNK_STEP_BYTES) {
            throw new IllegalArgumentException(
                    "stagingBytes must be at least %d: %d"
                            .formatted(LoadPolicy.CHUNK_STEP_BYTES, stagingBytes));
        }
    }

    /// A thread for each processor, up to 4, and the staging memory by default.
    public static FileLoaderConfig defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new FileLoaderConfig(
                Math.min(processors, THREADS_BY_DEFAULT_AT_MOST), DEFAULT_STAGING_BYTES);
    }
}
