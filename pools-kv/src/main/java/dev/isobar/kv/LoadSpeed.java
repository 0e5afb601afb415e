package dev.isobar.kv;

/// Whether loading is quicker than computing, by what was measured. *Guarded by caller.*
final class LoadSpeed {

    private static final double NEW_SHARE = 0.25;

    private double loadBytesPerNano;
    private double prefillTokensPerNano;

    /// So many bytes took so long.
    void loaded(long bytes, long nanos) {
        loadBytesPerNano = mean(loadBytesPerNano, bytes, nanos);
    }

    /// So many tokens took so long to compute.
    void computed(long tokens, long nanos) {
        prefillTokensPerNano = mean(prefillTokensPerNano, tokens, nanos);
    }

    double loadBytesPerSecond() {
        return loadBytesPerNano * 1e9;
    }

    /// Whether to load; also while one of the two is not known yet, so that it gets known.
    boolean load(long bytes, long tokens) {
        if (loadBytesPerNano == 0 || prefillTokensPerNano == 0) {
            return true;
        }
        return bytes / loadBytesPerNano <= tokens / prefillTokensPerNano;
    }

    private static double mean(double before, long amount, long nanos) {
        double now = (double) amount / Math.max(1, nanos);
        return before == 0 ? now : before + NEW_SHARE * (now - before);
    }
}
