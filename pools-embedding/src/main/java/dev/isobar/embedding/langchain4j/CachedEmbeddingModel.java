package dev.isobar.embedding.langchain4j;

import dev.isobar.embedding.EmbeddedBatch;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingProfile;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ContentType;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A LangChain4j model with an [EmbeddingPool] in front of it. Every way into the model goes through
/// the pool; the model sees what the pool does not have, by the same method that the caller used.
///
/// The parameters of a request, with the model's defaults, are part of the key. What cannot be
/// keyed (an image, a parameter of a type without a stable text) goes to the model uncached.
///
/// Token usage is that of the calls really made; it is null if none was. The model's own listeners
/// hear of these calls only; one added with [#addListener] hears of every call, hits too.
///
/// The text of a segment is its key. Where a model looks at a segment's metadata as well, do not put
/// it behind this class.
///
/// *Safe for several threads* if the model is. Throws what the model throws, and
/// [CancellationException] if the thread is interrupted while it waits for another's call.
public final class CachedEmbeddingModel implements EmbeddingModel {

    private static final String NAME_OF_NAMELESS_MODELS = "unknown";

    private final EmbeddingModel delegate;
    private final EmbeddingPool pool;
    private final EmbeddingProfile profile;

    /// @param delegate the model
    /// @param pool where vectors are kept; may serve several models
    /// @param profile what distinguishes this model's vectors from those of others in the pool;
    ///     parameters of a request override it
    public CachedEmbeddingModel(
            EmbeddingModel delegate, EmbeddingPool pool, EmbeddingProfile profile) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
        this.pool = Objects.requireNonNull(pool, "pool");
        this.profile = Objects.requireNonNull(profile, "profile");
    }

    /// A model under its own name.
    ///
    /// @throws IllegalArgumentException if the model does not say its name: two such would share
    ///     vectors
    public static CachedEmbeddingModel of(EmbeddingModel delegate, EmbeddingPool pool) {
        String model = delegate.modelName();
        if (model == null || model.isBlank() || model.equals(NAME_OF_NAMELESS_MODELS)) {
            throw new IllegalArgumentException(
                    delegate.getClass().getName() + " does not say its name: give a profile");
        }
        ModelProvider provider = delegate.provider();
        String providerName =
                provider == null || provider == ModelProvider.OTHER
                        ? delegate.getClass().getName()
                        : provider.name();
        return new CachedEmbeddingModel(delegate, pool, EmbeddingProfile.of(providerName, model));
    }

    @Override
    public Response<Embedding> embed(String text) {
        return embedOne(text, Function.identity(), delegate::embed);
    }

    @Override
    public Response<Embedding> embed(TextSegment segment) {
        return embedOne(segment, TextSegment::text, delegate::embed);
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        if (segments == null || segments.isEmpty()) {
            return delegate.embedAll(segments);
        }
        Optional<EmbeddingProfile> key = defaultKey();
        if (key.isEmpty()) {
            return delegate.embedAll(segments);
        }
        RealCalls calls = new RealCalls();
        EmbeddedBatch batch =
                embed(
                        key.get(),
                        segments,
                        TextSegment::text,
                        missing -> calls.vectors(delegate.embedAll(missing)));
        return calls.response(embeddings(batch));
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request) {
        return embed(request, delegate::embed);
    }

    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        return embed(request, delegate::doEmbed);
    }

    /// The profile's, or else what the model says.
    @Override
    public int dimension() {
        return profile.dimensions() > 0 ? profile.dimensions() : delegate.dimension();
    }

    @Override
    public String modelName() {
        return delegate.modelName();
    }

    @Override
    public ModelProvider provider() {
        return delegate.provider();
    }

    /// The model's own, which hear of real calls only.
    @Override
    public List<EmbeddingModelListener> listeners() {
        return delegate.listeners();
    }

    @Override
    public EmbeddingRequestParameters defaultRequestParameters() {
        return delegate.defaultRequestParameters();
    }

    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return delegate.supportedParameters();
    }

    @Override
    public Set<ContentType> supportedContentTypes() {
        return delegate.supportedContentTypes();
    }

    @Override
    public EmbeddingModel addListener(EmbeddingModelListener listener) {
        return EmbeddingModel.super.addListener(listener);
    }

    @Override
    public EmbeddingModel addListeners(List<EmbeddingModelListener> listeners) {
        return EmbeddingModel.super.addListeners(listeners);
    }

    private <T extends @Nullable Object> Response<Embedding> embedOne(
            T input, Function<T, String> text, Function<T, Response<Embedding>> model) {
        Optional<EmbeddingProfile> key = defaultKey();
        if (input == null || key.isEmpty()) {
            return model.apply(input);
        }
        RealCalls calls = new RealCalls();
        EmbeddedBatch batch =
                embed(
                        key.get(),
                        List.of(input),
                        text,
                        missing -> calls.vector(model.apply(missing.getFirst())));
        return calls.response(embeddings(batch).getFirst());
    }

    private EmbeddingResponse embed(
            EmbeddingRequest request, Function<EmbeddingRequest, EmbeddingResponse> model) {
        Optional<EmbeddingProfile> key = keyOf(request);
        if (key.isEmpty()) {
            return model.apply(request);
        }
        RealCalls calls = new RealCalls();
        EmbeddedBatch batch =
                embed(
                        key.get(),
                        request.inputs(),
                        EmbeddingInput::text,
                        missing -> calls.vectors(model.apply(withInputs(request, missing))));
        return calls.embeddingResponse(embeddings(batch), key.get().model());
    }

    private <T> EmbeddedBatch embed(
            EmbeddingProfile key,
            List<T> inputs,
            Function<? super T, String> text,
            dev.isobar.embedding.BatchEmbedder<T> model) {
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

    private Optional<EmbeddingProfile> defaultKey() {
        return RequestKeys.keyOf(profile, delegate.defaultRequestParameters());
    }

    private Optional<EmbeddingProfile> keyOf(EmbeddingRequest request) {
        if (!request.inputs().stream().allMatch(RequestKeys::isPlainText)) {
            return Optional.empty();
        }
        return RequestKeys.keyOf(
                profile, delegate.defaultRequestParameters().overrideWith(request.parameters()));
    }

    private static EmbeddingRequest withInputs(
            EmbeddingRequest request, List<EmbeddingInput> inputs) {
        return EmbeddingRequest.builder().inputs(inputs).parameters(request.parameters()).build();
    }

    private static List<Embedding> embeddings(EmbeddedBatch batch) {
        return batch.vectors().stream().map(Embedding::from).toList();
    }
}
