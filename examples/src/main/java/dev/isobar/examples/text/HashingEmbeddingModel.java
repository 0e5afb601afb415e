package dev.isobar.examples.text;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.List;
import java.util.Locale;

/// Vectors from text without any weights: signed feature hashing of character n-grams.
///
/// Each run of 3, 4 or 5 characters is a feature. A hash of it chooses one of 384 components, and one
/// more bit of the hash chooses the sign with which it is counted there; with signs, features that
/// meet in one component cancel out on average instead of adding up (Weinberger et al., "Feature
/// Hashing for Large Scale Multitask Learning", 2009). The sum is scaled to length 1, so that a dot
/// product is a cosine. Texts that share words and word stems come out close to each other; meaning
/// beyond that needs a trained model.
///
/// Before, letters are made lower case and each run of white space is made one space, with one more
/// at both ends. The result depends on the text alone.
///
/// *Safe for several threads.*
public final class HashingEmbeddingModel implements EmbeddingModel {

    /// Components of a vector.
    public static final int DIMENSIONS = 384;

    private static final int MIN_GRAM = 3;
    private static final int MAX_GRAM = 5;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return Response.from(
                segments.stream().map(segment -> Embedding.from(vector(segment.text()))).toList());
    }

    @Override
    public int dimension() {
        return DIMENSIONS;
    }

    @Override
    public String modelName() {
        return "hashing-ngram-3-5";
    }

    /// The vector of a text; of length 1.
    ///
    /// @throws IllegalArgumentException if the text is blank: it has no direction
    public static float[] vector(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a blank text has no embedding");
        }
        return normalised(count(canonical(text)));
    }

    private static int[] count(String text) {
        var counts = new int[DIMENSIONS];
        for (int start = 0; start + MIN_GRAM <= text.length(); start++) {
            int end = Math.min(start + MAX_GRAM, text.length());
            long hash = FNV_OFFSET;
            for (int i = start; i < end; i++) {
                hash = (hash ^ text.charAt(i)) * FNV_PRIME;
                if (i - start + 1 >= MIN_GRAM) {
                    add(counts, mixed(hash));
                }
            }
        }
        return counts;
    }

    private static void add(int[] counts, long hash) {
        int component = (int) Math.floorMod(hash >>> 1, (long) DIMENSIONS);
        counts[component] += (hash & 1) == 0 ? 1 : -1;
    }

    /// The finaliser of SplitMix64: FNV alone leaves too little in its low bits.
    private static long mixed(long hash) {
        long h = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }

    private static float[] normalised(int[] counts) {
        double squares = 0;
        for (int count : counts) {
            squares += (double) count * count;
        }
        var vector = new float[DIMENSIONS];
        if (squares == 0) {
            vector[0] = 1; // all features cancelled out: any fixed direction will do
            return vector;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (counts[i] / length);
        }
        return vector;
    }

    private static String canonical(String text) {
        var words = new StringBuilder(text.length() + 2).append(' ');
        for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean space = Character.isWhitespace(c);
            if (!space) {
                words.append(c);
            } else if (words.charAt(words.length() - 1) != ' ') {
                words.append(' ');
            }
        }
        if (words.charAt(words.length() - 1) != ' ') {
            words.append(' ');
        }
        return words.toString();
    }
}
