package dev.isobar.embedding;

import dev.isobar.embedding.EmbeddingAnswerException.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a model's answer can be the vectors it was asked for.
final class AnswerCheck {

    private AnswerCheck() {}

    /// @throws EmbeddingAnswerException if it cannot
    static void require(EmbeddingProfile profile, int texts, @Nullable List<float[]> vectors) {
        if (vectors == null || vectors.size() != texts) {
            String got = vectors == null ? "no list" : vectors.size() + " vectors";
            throw fault(profile, Fault.WRONG_COUNT, got + " for " + texts + " texts");
        }
        int dimensions = profile.dimensions();
        for (int index = 0; index < texts; index++) {
            float @Nullable [] vector = vectors.get(index);
            requireVector(profile, index, vector, dimensions);
            dimensions = vector.length;
        }
    }

    private static void requireVector(
            EmbeddingProfile profile, int index, float @Nullable [] vector, int dimensions) {
        if (vector == null || vector.length == 0) {
            throw fault(profile, Fault.NO_VECTOR, "vector " + index + " is missing or empty");
        }
        if (dimensions != 0 && vector.length != dimensions) {
            throw fault(
                    profile,
                    Fault.WRONG_DIMENSIONS,
                    "vector %d has %d dimensions, not %d"
                            .formatted(index, vector.length, dimensions));
        }
        if (!Magnitudes.of(vector).finite()) {
            throw fault(profile, Fault.NOT_FINITE, "vector " + index + " has a NaN or an infinity");
        }
    }

    private static EmbeddingAnswerException fault(
            EmbeddingProfile profile, Fault fault, String detail) {
        return new EmbeddingAnswerException(profile.model(), fault, detail);
    }
}
