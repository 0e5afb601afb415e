package dev.isobar.examples.readme;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.caffeine.CaffeineSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.langchain4j.CachedEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;

/// The first example: two caches under one broker.
final class QuickStart {

    private QuickStart() {}

    /// @return the broker's last snapshot, as JSON
    static String run(EmbeddingModel yourModel) {
        Cache<String, byte[]> pages = // a cache that you already have
                Caffeine.newBuilder()
                        .maximumWeight(64 << 20)
                        .weigher((String url, byte[] page) -> page.length)
                        .build();

        try (var pool = EmbeddingPool.ofBytes(256 << 20); // vectors, outside the heap
                var broker = PressureBroker.create(BrokerConfig.defaults())) {
            broker.register(pool);
            broker.register(CaffeineSource.of("pages", pages));
            broker.start(); // looks every 5 s, more often under pressure

            EmbeddingModel model = CachedEmbeddingModel.of(yourModel, pool);
            model.embed("An isobar joins points of equal pressure."); // asks the model
            model.embed("An isobar joins points of equal pressure."); // does not
            pages.put("/", new byte[4096]);

            return broker.snapshot().toJson(); // who holds what, who gave what, and why
        }
    }
}
