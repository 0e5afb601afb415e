package dev.isobar.embedding.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the model said beside vectors, in the calls really made for one request.
///
/// *One thread only.*
final class RealCalls {

    private @Nullable TokenUsage tokenUsage;
    private @Nullable FinishReason finishReason;
    private @Nullable String modelName;
    private final Map<String, Object> metadata = new HashMap<>();

    /// The vector of an answer to one text.
    List<float[]> vector(Response<Embedding> answer) {
        note(answer);
        return List.of(answer.content().vector());
    }

    /// The vectors of an answer to many texts.
    List<float[]> vectors(Response<List<Embedding>> answer) {
        note(answer);
        return vectors(answer.content());
    }

    List<float[]> vectors(EmbeddingResponse answer) {
        note(answer.tokenUsage());
        modelName = answer.modelName();
        return vectors(answer.embeddings());
    }

    <T> Response<T> response(T content) {
        return Response.from(content, tokenUsage, finishReason, metadata);
    }

    EmbeddingResponse embeddingResponse(List<Embedding> embeddings, String modelOfTheKey) {
        return EmbeddingResponse.builder()
                .embeddings(embeddings)
                .metadata(
                        EmbeddingResponseMetadata.builder()
                                .modelName(modelName == null ? modelOfTheKey : modelName)
                                .tokenUsage(tokenUsage)
                                .build())
                .build();
    }

    private void note(Response<?> answer) {
        note(answer.tokenUsage());
        finishReason = answer.finishReason();
        if (answer.metadata() != null) {
            metadata.putAll(answer.metadata());
        }
    }

    private void note(@Nullable TokenUsage usage) {
        tokenUsage = tokenUsage == null ? usage : TokenUsage.sum(tokenUsage, usage);
    }

    private static List<float[]> vectors(List<Embedding> embeddings) {
        return embeddings.stream().map(Embedding::vector).toList();
    }
}
