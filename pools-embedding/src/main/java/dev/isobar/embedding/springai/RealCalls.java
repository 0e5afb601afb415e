package dev.isobar.embedding.springai;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/// What the model said beside vectors, in the calls really made for one request.
///
/// *One thread only.*
final class RealCalls {

    private @Nullable EmbeddingResponseMetadata last;
    private @Nullable Usage usage;

    List<float[]> vectors(EmbeddingResponse answer) {
        last = answer.getMetadata();
        if (last != null && last.getUsage() != null) {
            usage = usage == null ? last.getUsage() : sum(usage, last.getUsage());
        }
        return inOrder(answer);
    }

    /// The metadata of the last real call, with the usage of all; nothing used if there was none.
    EmbeddingResponseMetadata metadata(String modelOfTheKey) {
        String model =
                last == null || last.getModel() == null || last.getModel().isEmpty()
                        ? modelOfTheKey
                        : last.getModel();
        return new EmbeddingResponseMetadata(model, usage == null ? new EmptyUsage() : usage);
    }

    /// The vectors of an answer in the order of the texts: by index where the answer has them all,
    /// else as they come.
    static List<float[]> inOrder(EmbeddingResponse answer) {
        List<Embedding> results = answer.getResults();
        float[][] byIndex = new float[results.size()][];
        for (Embedding result : results) {
            Integer index = result.getIndex();
            if (index != null && index >= 0 && index < byIndex.length) {
                byIndex[index] = result.getOutput();
            }
        }
        boolean complete = Arrays.stream(byIndex).allMatch(Objects::nonNull);
        return complete
                ? Arrays.asList(byIndex)
                : results.stream().map(Embedding::getOutput).toList();
    }

    private static Usage sum(Usage one, Usage other) {
        return new DefaultUsage(
                one.getPromptTokens() + other.getPromptTokens(),
                one.getCompletionTokens() + other.getCompletionTokens(),
                one.getTotalTokens() + other.getTotalTokens());
    }
}
