package dev.isobar.examples.host;

import com.github.benmanes.caffeine.cache.Cache;
import dev.isobar.examples.corpus.Passage;
import dev.isobar.examples.text.ResultCard;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Answers "which of these passages are most like that one?", and shows the best of them.
///
/// A request needs the vectors of all its passages (one batch, so hits and misses are mixed) and the
/// cards of the best few.
///
/// *Safe for several threads.*
public final class SearchService {

    /// How many results are shown.
    public static final int RESULTS = 3;

    private final List<Passage> passages;
    private final EmbeddingModel model;
    private final Cache<Integer, ResultCard> cards;

    /// @param passages what can be asked for
    /// @param model makes vectors of length 1; usually one that caches
    /// @param cards of passages, by their index
    public SearchService(
            List<Passage> passages, EmbeddingModel model, Cache<Integer, ResultCard> cards) {
        this.passages = List.copyOf(passages);
        this.model = Objects.requireNonNull(model, "model");
        this.cards = Objects.requireNonNull(cards, "cards");
    }

    /// The passages most like the query, the best first.
    ///
    /// @param query the index of a passage
    /// @param candidates the indexes of those to choose from
    public List<ResultCard> search(int query, int[] candidates) {
        List<TextSegment> texts =
                IntStream.concat(IntStream.of(query), IntStream.of(candidates))
                        .mapToObj(passages::get)
                        .map(passage -> TextSegment.from(passage.text()))
                        .toList();
        List<Embedding> vectors = model.embedAll(texts).content();
        Comparator<Integer> bestFirst =
                Comparator.comparingDouble(i -> -dot(vectors.getFirst(), vectors.get(i + 1)));
        return IntStream.range(0, candidates.length)
                .boxed()
                .sorted(bestFirst)
                .limit(RESULTS)
                .map(i -> cards.get(candidates[i], this::card))
                .toList();
    }

    private ResultCard card(int index) {
        return ResultCard.of(passages.get(index));
    }

    private static double dot(Embedding one, Embedding two) {
        float[] a = one.vector();
        float[] b = two.vector();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
