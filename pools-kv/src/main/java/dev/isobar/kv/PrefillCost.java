package dev.isobar.kv;

/// How long an engine takes to compute the keys and values of tokens: each token costs the same in the
/// layers' products, and the more in attention the more tokens are before it.
///
/// [KvPolicy#COST] weighs blocks by it; only the ratio of the two numbers matters there.
///
/// *Immutable.*
///
/// @param nanosPerToken for a token at the beginning of a sequence; more than 0
/// @param nanosPerPair more for each token before it; at least 0
public record PrefillCost(double nanosPerToken, double nanosPerPair) {

    /// A model of 8 billion parameters, 32 layers and a width of 4096 at 200 teraflops: 80 µs a token,
    /// and as much again after 30,600 tokens.
    public static final PrefillCost DEFAULT = ofModel(8.03e9, 32, 4096, 2e14);

    private static final double FLOPS_PER_PARAMETER = 2;
    private static final double FLOPS_PER_PAIR = 4;

    /// @throws IllegalArgumentException if a number is out of range
    public PrefillCost {
        boolean finite = Double.isFinite(nanosPerToken) && Double.isFinite(nanosPerPair);
        if (!finite || nanosPerToken <= 0 || nanosPerPair < 0) {
            throw new IllegalArgumentException(
                    "nanosPerToken must be above 0 and nanosPerPair at least 0: %s, %s"
                            .formatted(nanosPerToken, nanosPerPair));
        }
    }

    /// What follows from the size of a dense transformer: two operations for each parameter and token,
    /// four for each layer, number of its width, and pair of tokens.
    ///
    /// @param parameters how many the model has
    /// @param layers how many layers it has
    /// @param width query heads times numbers in a head
    /// @param flopsPerSecond what the engine reaches
    /// @throws IllegalArgumentException if a number is not above 0
    public static PrefillCost ofModel(
            double parameters, int layers, int width, double flopsPerSecond) {
        if (layers < 1 || width < 1 || !(flopsPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "layers, width and flopsPerSecond must be above 0: %d, %d, %s"
                            .formatted(layers, width, flopsPerSecond));
        }
        return new PrefillCost(
                FLOPS_PER_PARAMETER * parameters / flopsPerSecond * 1e9,
                FLOPS_PER_PAIR * layers * width / flopsPerSecond * 1e9);
    }

    /// How long some tokens take, those before them being there.
    ///
    /// @param from how many tokens are before them; at least 0
    /// @param tokens how many; at least 0
    public double nanos(long from, long tokens) {
        double pairs = tokens * (from + (tokens - 1) / 2.0);
        return tokens * nanosPerToken + pairs * nanosPerPair;
    }
}
