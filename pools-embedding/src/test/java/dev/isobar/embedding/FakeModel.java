package dev.isobar.embedding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A model whose vector of a text is a pure function of the text, and which remembers what it was
/// asked.
public final class FakeModel implements BatchEmbedder<String> {

    public static final int DIMENSIONS = 32;

    public static final EmbeddingProfile PROFILE = EmbeddingProfile.of("fake", "fake-1");

    private final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

    @Override
    public List<float[]> embed(List<String> texts) {
        calls.add(List.copyOf(texts));
        return vectorsOf(texts);
    }

    /// What each call was asked for.
    public List<List<String>> calls() {
        return List.copyOf(calls);
    }

    /// The vectors that this model gives these texts.
    public static List<float[]> vectorsOf(List<String> texts) {
        return texts.stream().map(FakeModel::vectorOf).toList();
    }

    /// A unit vector.
    public static float[] vectorOf(String text) {
        return unitVector(text.hashCode(), DIMENSIONS);
    }

    /// A random unit vector.
    public static float[] unitVector(long seed, int dimensions) {
        Random random = new Random(seed);
        float[] vector = new float[dimensions];
        double squares = 0;
        for (int index = 0; index < dimensions; index++) {
            vector[index] = (float) random.nextGaussian();
            squares += vector[index] * vector[index];
        }
        for (int index = 0; index < dimensions; index++) {
            vector[index] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    /// A model that must not be asked: to ask it is an error.
    public static <T> BatchEmbedder<T> notToBeCalled() {
        return texts -> {
            throw new AssertionError("there is no such model, and it was asked for " + texts);
        };
    }
}
