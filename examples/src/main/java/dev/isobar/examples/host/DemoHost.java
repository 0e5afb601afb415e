package dev.isobar.examples.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.caffeine.CaffeineSource;
import dev.isobar.broker.guice.BrokerModule;
import dev.isobar.broker.guice.BrokerService;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import dev.isobar.embedding.guice.EmbeddingModule;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.text.ResultCard;
import java.util.Map;

/// The host process: the broker and the two caches under it, wired with Guice.
///
/// *Safe for several threads.*
public final class DemoHost implements AutoCloseable {

    private final BrokerService broker;
    private final SearchService service;
    private final EmbeddingPool pool;
    private final Cache<Integer, ResultCard> cards;
    private final CaffeineSource<Integer, ResultCard> cardSource;

    private DemoHost(Injector injector) {
        this.pool = injector.getInstance(EmbeddingPool.class);
        this.broker = injector.getInstance(BrokerService.class);
        this.service = injector.getInstance(SearchService.class);
        this.cards = injector.getInstance(new Key<Cache<Integer, ResultCard>>() {});
        this.cardSource = injector.getInstance(new Key<CaffeineSource<Integer, ResultCard>>() {});
    }

    /// Wires everything, and starts the broker's tick.
    public static DemoHost start(DemoPlan plan, Corpus corpus, BrokerConfig brokerConfig) {
        var embeddings = EmbeddingPoolConfig.builder().limitBytes(plan.hostBytes()).build();
        Injector injector =
                Guice.createInjector(
                        new BrokerModule(brokerConfig),
                        new EmbeddingModule(embeddings),
                        new SearchModule(corpus, plan.heapBytes()));
        var host = new DemoHost(injector);
        host.broker.start();
        return host;
    }

    /// Answers requests.
    public SearchService service() {
        return service;
    }

    /// What the broker sees now.
    public BrokerSnapshot snapshot() {
        return broker.broker().snapshot();
    }

    /// What the caches have counted so far, by their names as sources.
    public Map<String, CacheFigures> caches() {
        return Map.of(cardSource.name(), cardFigures(), pool.name(), vectorFigures());
    }

    /// Stops the tick first, so that nobody is asked for bytes any more; then gives all bytes back.
    @Override
    public void close() {
        broker.close();
        pool.close();
        cards.invalidateAll();
        cards.cleanUp();
    }

    /// What is still charged; to be asked after closing.
    public Leftovers leftovers() {
        return new Leftovers(
                pool.usedBytes(), pool.stats().committedBytes(), cardSource.usage().usedBytes());
    }

    private CacheFigures vectorFigures() {
        var stats = pool.stats();
        return new CacheFigures(
                stats.hits() + stats.misses() + stats.shared(), stats.hits(), stats.evictions());
    }

    private CacheFigures cardFigures() {
        var stats = cardSource.stats();
        return new CacheFigures(
                stats.requestCount(),
                stats.hitCount(),
                stats.evictionCount() + cardSource.evictions());
    }
}
