package dev.isobar.examples.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.caffeine.CaffeineSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.langchain4j.CachedEmbeddingModel;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.text.HashingEmbeddingModel;
import dev.isobar.examples.text.ResultCard;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.Objects;

/// The search service and its cache: an ordinary Caffeine cache, put under the broker by one line.
public final class SearchModule extends AbstractModule {

    /// The cache's name as a source.
    public static final String CACHE_NAME = "search-cache";

    private final Corpus corpus;
    private final long cacheBytes;

    /// @param corpus what is searched
    /// @param cacheBytes how many bytes of heap the cache may hold; at least 1
    public SearchModule(Corpus corpus, long cacheBytes) {
        this.corpus = Objects.requireNonNull(corpus, "corpus");
        this.cacheBytes = cacheBytes;
    }

    /// The demo's model behind the embedding pool. Any other LangChain4j model goes here in its place.
    @Provides
    @Singleton
    EmbeddingModel model(EmbeddingPool pool) {
        return CachedEmbeddingModel.of(new HashingEmbeddingModel(), pool);
    }

    @Provides
    @Singleton
    Cache<Integer, ResultCard> cards() {
        return Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Integer index, ResultCard card) -> card.bytes())
                .recordStats()
                .build();
    }

    @Provides
    @Singleton
    CaffeineSource<Integer, ResultCard> source(Cache<Integer, ResultCard> cards) {
        return CaffeineSource.of(CACHE_NAME, cards);
    }

    @ProvidesIntoSet
    PressureSource registered(CaffeineSource<Integer, ResultCard> source) {
        return source;
    }

    @Provides
    @Singleton
    SearchService service(EmbeddingModel model, Cache<Integer, ResultCard> cards) {
        return new SearchService(corpus.passages(), model, cards);
    }
}
