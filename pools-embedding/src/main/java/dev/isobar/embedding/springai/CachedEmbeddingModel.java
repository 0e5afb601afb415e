package dev.isobar.embedding.springai;

import dev.isobar.embedding.BatchEmbedder;
import dev.isobar.embedding.EmbeddedBatch;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingProfile;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/// A Spring AI model with an [EmbeddingPool] in front of it. Every way into the model goes through
/// the pool; the model sees what the pool does not have.
///
/// The options of a request are part of the key. Options that cannot be keyed, and documents without
/// text, go to the model uncached.
///
/// Documents are embedded by their content as the chosen [MetadataMode] formats it, whether they come
/// one by one or in a list: exactly the text that is the key is sent to the model. Choose the mode
/// that the model itself uses.
///
/// Token usage is that of the calls really made. The order of results is that of the inputs.
///
/// *Safe for several threads* if the model is. Throws what the model throws, and
/// [CancellationException] if the thread is interrupted while it waits for another's call.
public final class CachedEmbeddingModel implements EmbeddingModel {

    private final EmbeddingModel delegate;
    private final EmbeddingPool pool;
    private final EmbeddingProfile profile;
    private final MetadataMode metadataMode;

    /// A model that embeds documents with the metadata meant for embedding, as most do.
    ///
    /// @param delegate the model
    /// @param pool where vectors are kept; may serve several models
    /// @param profile what distinguishes this model's vectors from those of others in the pool; the
    ///     options of a request override it
    public CachedEmbeddingModel(
            EmbeddingModel delegate, EmbeddingPool pool, EmbeddingProfile profile) {
        this(delegate, pool, profile, MetadataMode.EMBED);
    }

    /// @param metadataMode which of a document's metadata is embedded with its text
    public CachedEmbeddingModel(
            EmbeddingModel delegate,
            EmbeddingPool pool,
            EmbeddingProfile profile,
            MetadataMode metadataMode) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
        this.pool = Objects.requireNonNull(pool, "pool");
        this.profile = Objects.requireNonNull(profile, "profile");
        this.metadataMode = Objects.requireNonNull(metadataMode, "metadataMode");
    }

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        Optional<EmbeddingProfile> key = OptionKeys.keyOf(profile, request.getOptions());
        if (key.isEmpty()) {
            return delegate.call(request);
        }
        return respond(
                key.get(),
                request.getInstructions(),
                missing -> delegate.call(new EmbeddingRequest(missing, request.getOptions())));
    }

    @Override
    public float[] embed(String text) {
        return embedAll(
                        profile,
                        List.of(text),
                        missing -> List.of(delegate.embed(missing.getFirst())))
                .getFirst();
    }

    @Override
    public float[] embed(Document document) {
        return document.isText() ? embed(contentOf(document)) : delegate.embed(document);
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return embedAll(profile, texts, delegate::embed);
    }

    /// Batches what the pool does not have, by the strategy that is given.
    @Override
    public List<float[]> embed(
            List<Document> documents, EmbeddingOptions options, BatchingStrategy strategy) {
        Optional<EmbeddingProfile> key = OptionKeys.keyOf(profile, options);
        if (key.isEmpty() || !documents.stream().allMatch(Document::isText)) {
            return delegate.embed(documents, options, strategy);
        }
        return run(
                        key.get(),
                        documents,
                        this::contentOf,
                        missing -> embedInBatches(missing, options, strategy))
                .vectors();
    }

    @Override
    public EmbeddingResponse embedForResponse(List<String> texts) {
        return respond(profile, texts, delegate::embedForResponse);
    }

    /// The profile's, or else what the model says.
    @Override
    public int dimensions() {
        return profile.dimensions() > 0 ? profile.dimensions() : delegate.dimensions();
    }

    /// The text of a document that is embedded, and keyed.
    private String contentOf(Document document) {
        return document.getFormattedContent(metadataMode);
    }

    private List<float[]> embedInBatches(
            List<Document> documents, EmbeddingOptions options, BatchingStrategy strategy) {
        Map<Document, float[]> vectors = new IdentityHashMap<>();
        for (List<Document> batch : strategy.batch(documents)) {
            List<String> texts = batch.stream().map(this::contentOf).toList();
            List<float[]> answer =
                    RealCalls.inOrder(delegate.call(new EmbeddingRequest(texts, options)));
            for (int index = 0; index < Math.min(answer.size(), batch.size()); index++) {
                vectors.put(batch.get(index), answer.get(index));
            }
        }
        List<float[]> inOrder = new ArrayList<>(documents.size());
        documents.stream().map(vectors::get).filter(Objects::nonNull).forEach(inOrder::add);
        return inOrder;
    }

    private EmbeddingResponse respond(
            EmbeddingProfile key,
            List<String> texts,
            Function<List<String>, EmbeddingResponse> model) {
        RealCalls calls = new RealCalls();
        List<float[]> vectors =
                embedAll(key, texts, missing -> calls.vectors(model.apply(missing)));
        List<Embedding> results =
                IntStream.range(0, vectors.size())
                        .mapToObj(index -> new Embedding(vectors.get(index), index))
                        .toList();
        return new EmbeddingResponse(results, calls.metadata(key.model()));
    }

    private List<float[]> embedAll(
            EmbeddingProfile key, List<String> texts, BatchEmbedder<String> model) {
        return run(key, texts, Function.identity(), model).vectors();
    }

    private <T> EmbeddedBatch run(
            EmbeddingProfile key,
            List<T> inputs,
            Function<? super T, String> text,
            BatchEmbedder<T> model) {
        try {
            return pool.embedAll(key, inputs, text, model);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted while another thread embeds");
            cancelled.initCause(e);
            throw cancelled;
        }
    }
}
