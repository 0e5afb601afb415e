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
import dev.isobar.embedding.EmbeddingStats;
import dev.isobar.embedding.guice.EmbeddingModule;
import dev.isobar.examples.chat.ChatClaims;
import dev.isobar.examples.chat.ChatFigures;
import dev.isobar.examples.chat.ChatModule;
import dev.isobar.examples.chat.ChatService;
import dev.isobar.examples.text.ResultCard;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvStats;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraStats;
import dev.isobar.memory.HostSpace;
import dev.isobar.pool.PoolStats;
import dev.isobar.pool.guice.StoreModule;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The host process: the broker and the four pools under it, wired with Guice.
///
/// *Safe for several threads.*
public final class DemoHost implements AutoCloseable {

    private final BrokerService broker;
    private final SearchService search;
    private final ChatService chat;
    private final ChatClaims claims;
    private final EmbeddingPool vectors;
    private final KvPool kv;
    private final LoraPool lora;
    private final Cache<Integer, ResultCard> cards;
    private final CaffeineSource<Integer, ResultCard> cardSource;
    private final HostSpace space;
    private final WarmStore store;
    private final List<WarmPool> warm;
    private final long startNanos = System.nanoTime();
    private volatile long leftInSpaceBytes;

    private DemoHost(Injector injector, HostSpace space) {
        this.vectors = injector.getInstance(EmbeddingPool.class);
        this.broker = injector.getInstance(BrokerService.class);
        this.search = injector.getInstance(SearchService.class);
        this.chat = injector.getInstance(ChatService.class);
        this.claims = injector.getInstance(ChatClaims.class);
        this.kv = injector.getInstance(KvPool.class);
        this.lora = injector.getInstance(LoraPool.class);
        this.cards = injector.getInstance(new Key<Cache<Integer, ResultCard>>() {});
        this.cardSource = injector.getInstance(new Key<CaffeineSource<Integer, ResultCard>>() {});
        this.space = space;
        this.store = injector.getInstance(WarmStore.class);
        this.warm = store.config().root() == null ? List.of() : warmPools();
    }

    private List<WarmPool> warmPools() {
        return List.of(
                new WarmPool(
                        store,
                        WarmFigures.What.KV_BLOCKS,
                        this::kvFigures,
                        stop -> kv.disk().orElseThrow().restore(stop)),
                new WarmPool(
                        store, WarmFigures.What.VECTORS, this::vectorFigures, vectors::restore));
    }

    /// Wires everything, and starts the broker's tick.
    ///
    /// @param storeConfig where vectors and KV blocks outlive the run; without a root, nowhere
    public static DemoHost start(
            DemoPlan plan, DemoInput input, BrokerConfig brokerConfig, StoreConfig storeConfig) {
        var embeddings = EmbeddingPoolConfig.builder().limitBytes(plan.vectorBytes()).build();
        // The pools have their limits. The space gives whole groups, so it needs some more.
        HostSpace space = HostSpace.of("demo", 2 * (plan.kvBytes() + plan.loraBytes()));
        Injector injector =
                Guice.createInjector(
                        new BrokerModule(brokerConfig),
                        new StoreModule(storeConfig),
                        new EmbeddingModule(embeddings),
                        new SearchModule(input.corpus(), plan.heapBytes()),
                        new ChatModule(
                                plan.chats(), input.adapters(), space, input.chatsPerSecond()));
        var host = new DemoHost(injector, space);
        host.broker.start();
        return host;
    }

    /// Answers searches.
    public SearchService search() {
        return search;
    }

    /// Answers turns of conversations.
    public ChatService chat() {
        return chat;
    }

    /// What the broker sees now.
    public BrokerSnapshot snapshot() {
        warm.forEach(each -> each.looked(elapsed()));
        return broker.broker().snapshot();
    }

    /// What conversations came to so far.
    public ChatFigures chats() {
        return chat.figures();
    }

    /// What the pools have counted so far, by their names as sources.
    public Map<String, CacheFigures> caches() {
        return Map.of(
                cardSource.name(), cardFigures(),
                vectors.name(), vectorFigures(),
                kv.name(), kvFigures(),
                lora.name(), loraFigures());
    }

    /// Lets nobody in any more; stops the tick, so that nobody is asked for bytes any more; then gives all
    /// bytes back. Whoever wants to keep something over a restart does it between the tick and the pools.
    @Override
    public void close() {
        claims.close();
        broker.close();
        warm.forEach(each -> each.end(elapsed()));
        kv.close();
        lora.close();
        vectors.close();
        store.close();
        cards.invalidateAll();
        cards.cleanUp();
        leftInSpaceBytes = space.usedBytes(); // a closed space has nothing left
        space.close();
    }

    /// How the pools over a store began; none if there is no store, or the first minute is not over.
    public List<WarmFigures> warm() {
        return warm.stream().map(WarmPool::figures).filter(Objects::nonNull).toList();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /// What is still charged; to be asked after closing.
    public Leftovers leftovers() {
        long loraBytes = lora.stats().tiers().stream().mapToLong(PoolStats::usedBytes).sum();
        return new Leftovers(
                Map.of(
                        vectors.name(),
                        vectors.usedBytes() + bufferedBytes(),
                        kv.name(),
                        kv.usage().usedBytes() + kvBufferedBytes(),
                        lora.name(),
                        loraBytes,
                        cardSource.name(),
                        cardSource.usage().usedBytes(),
                        "host space",
                        leftInSpaceBytes + vectors.stats().committedBytes()));
    }

    private long bufferedBytes() {
        return vectors.writeBehind().map(each -> each.usage().usedBytes()).orElse(0L);
    }

    private long kvBufferedBytes() {
        return kv.disk().map(each -> each.buffer().usage().usedBytes()).orElse(0L);
    }

    /// A vector that came from the disk was not embedded again: here it is a hit.
    private CacheFigures vectorFigures() {
        EmbeddingStats stats = vectors.stats();
        long hits = stats.hits() + stats.recalled();
        return new CacheFigures(hits + stats.misses() + stats.shared(), hits, stats.evictions());
    }

    /// By tokens of prompts; evictions are blocks.
    private CacheFigures kvFigures() {
        KvStats stats = kv.stats();
        return new CacheFigures(
                stats.lookupTokens(),
                stats.hitTokens(),
                stats.evictedForRoom() + stats.evictedByReclaim() + stats.evictedByLimit());
    }

    private CacheFigures loraFigures() {
        LoraStats stats = lora.stats();
        return new CacheFigures(
                stats.hits() + stats.loads() + stats.refusals(),
                stats.hits(),
                stats.tiers().stream().mapToLong(PoolStats::evictions).sum());
    }

    private CacheFigures cardFigures() {
        var stats = cardSource.stats();
        return new CacheFigures(
                stats.requestCount(),
                stats.hitCount(),
                stats.evictionCount() + cardSource.evictions());
    }
}
