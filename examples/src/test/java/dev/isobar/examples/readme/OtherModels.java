package dev.isobar.examples.readme;

import com.github.benmanes.caffeine.cache.Cache;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.caffeine.CaffeineSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.embedding.langchain4j.CachedEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;

/// How to put other models and caches in the place of the demo's.
final class OtherModels {

    private OtherModels() {}

    static EmbeddingModel langChain4j(EmbeddingModel yourModel, EmbeddingPool pool) {
        EmbeddingModel model =
                new CachedEmbeddingModel(
                        yourModel, pool, EmbeddingProfile.of("openai", "text-embedding-3-small"));
        return model;
    }

    static org.springframework.ai.embedding.EmbeddingModel springAi(
            org.springframework.ai.embedding.EmbeddingModel yourModel, EmbeddingPool pool) {
        var model =
                new dev.isobar.embedding.springai.CachedEmbeddingModel(
                        yourModel, pool, EmbeddingProfile.of("openai", "text-embedding-3-small"));
        return model;
    }

    /// In a Guice host.
    static final class PagesModule extends AbstractModule {

        private final Cache<String, byte[]> pages;

        PagesModule(Cache<String, byte[]> pages) {
            this.pages = pages;
        }

        @ProvidesIntoSet
        @Singleton
        PressureSource pages() {
            return CaffeineSource.of("pages", pages);
        }

        @Provides
        @Singleton
        EmbeddingModel model(EmbeddingPool pool) {
            return CachedEmbeddingModel.of(yourModel(), pool);
        }

        private static EmbeddingModel yourModel() {
            return new dev.isobar.examples.text.HashingEmbeddingModel();
        }
    }
}
