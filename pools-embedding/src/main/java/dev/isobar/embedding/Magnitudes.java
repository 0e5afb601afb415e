package dev.isobar.embedding;

/// How large the numbers of a vector are.
///
/// *Immutable.*
///
/// @param largest the largest absolute value; NaN if the vector has one
/// @param rootMeanSquare the root of the mean of the squares; 0 for an empty vector
record Magnitudes(float largest, double rootMeanSquare) {

    static Magnitudes of(float[] vector) {
        float largest = 0;
        double squares = 0;
        for (float number : vector) {
            largest = Math.max(largest, Math.abs(number)); // NaN stays NaN
            squares += (double) number * number;
        }
        return new Magnitudes(largest, Math.sqrt(squares / Math.max(1, vector.length)));
    }

    /// Whether there is neither a NaN nor an infinity.
    boolean finite() {
        return largest <= Float.MAX_VALUE;
    }

    /// Whether all numbers are 0.
    boolean zero() {
        return largest == 0;
    }
}
