package dev.isobar.examples.readme;

import com.github.benmanes.caffeine.cache.Cache;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.caffeine.CaffeineSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.langchain4j.CachedEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;

/// The first example: two caches under one broker.
final class QuickStart {

    private QuickStart() {}

    /// Runs it.
    ///
    /// @return the broker's last snapshot
    static BrokerSnapshot run(EmbeddingModel yourModel, Cache<String, byte[]> pages) {
        try (var pool = EmbeddingPool.ofBytes(256 << 20); // vectors, outside the heap
                var broker = PressureBroker.create(BrokerConfig.defaults())) {
            broker.register(pool);
            broker.register(CaffeineSource.of("pages", pages));
            broker.start(); // looks every 5 s, more often under pressure

            EmbeddingModel model = CachedEmbeddingModel.of(yourModel, pool);
            model.embed("An isobar joins points of equal pressure."); // asks the model
            model.embed("An isobar joins points of equal pressure."); // does not

            return broker.snapshot(); // who holds what, who gave what, and why
        }
    }
}
