package dev.isobar.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HashingEmbeddingModelTest {

    private static final String LOCKS =
            "A reentrant lock is held by the thread that locked it last.";
    private static final String LOCKS_TOO =
            "The thread which holds a reentrant lock may lock it again.";
    private static final String COOKING =
            "Simmer the onions in butter until they are golden brown.";

    private final HashingEmbeddingModel model = new HashingEmbeddingModel();

    @Property
    void vector_anyText_hasLengthOne(@ForAll String text) {
        Assume.that(!text.isBlank());

        float[] vector = HashingEmbeddingModel.vector(text);

        assertThat(vector).hasSize(HashingEmbeddingModel.DIMENSIONS);
        assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
    }

    @Test
    void vector_sameText_isTheSame() {
        assertThat(HashingEmbeddingModel.vector(LOCKS))
                .isEqualTo(HashingEmbeddingModel.vector(LOCKS));
    }

    @Test
    void vector_knownText_hasNotChangedSinceItWasRecorded() {
        float[] vector = HashingEmbeddingModel.vector("abc");

        // " ab", " abc", " abc ", "abc", "abc ", "bc ": six features, six components
        assertThat(vector).satisfies(v -> assertThat(nonZero(v)).isEqualTo(6));
    }

    @Test
    void vector_similarTexts_areCloserThanDissimilarOnes() {
        float[] locks = HashingEmbeddingModel.vector(LOCKS);

        double similar = cosine(locks, HashingEmbeddingModel.vector(LOCKS_TOO));
        double dissimilar = cosine(locks, HashingEmbeddingModel.vector(COOKING));

        assertThat(similar).isGreaterThan(dissimilar + 0.1);
    }

    @Test
    void vector_caseAndWhiteSpace_doNotMatter() {
        assertThat(HashingEmbeddingModel.vector("Of  Mice\n\tand Men "))
                .isEqualTo(HashingEmbeddingModel.vector("of mice and men"));
    }

    @Test
    void vector_oneLetter_hasLengthOne() {
        assertThat(nonZero(HashingEmbeddingModel.vector("x"))).isEqualTo(1);
    }

    @Test
    void vector_blankText_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashingEmbeddingModel.vector(" \n"))
                .withMessage("a blank text has no embedding");
    }

    @Test
    void embedAll_severalTexts_answersInTheirOrder() {
        List<Embedding> embeddings =
                model.embedAll(List.of(TextSegment.from(LOCKS), TextSegment.from(COOKING)))
                        .content();

        assertThat(embeddings)
                .extracting(Embedding::vector)
                .containsExactly(
                        HashingEmbeddingModel.vector(LOCKS), HashingEmbeddingModel.vector(COOKING));
    }

    @Test
    void embed_oneText_answersAsTheBatchDoes() {
        assertThat(model.embed(LOCKS).content().vector())
                .isEqualTo(HashingEmbeddingModel.vector(LOCKS));
        assertThat(model.dimension()).isEqualTo(384);
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static int nonZero(float[] vector) {
        int count = 0;
        for (float component : vector) {
            count += component == 0 ? 0 : 1;
        }
        return count;
    }
}
