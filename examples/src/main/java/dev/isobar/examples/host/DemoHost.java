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
import java.util.Map;

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
    }

    /// Wires everything, and starts the broker's tick.
    public static DemoHost start(DemoPlan plan, DemoInput input, BrokerConfig brokerConfig) {
        var embeddings = EmbeddingPoolConfig.builder().limitBytes(plan.vectorBytes()).build();
        // The pools have their limits. The space gives whole groups, so it needs some more.
        HostSpace space = HostSpace.of("demo", 2 * (plan.kvBytes() + plan.loraBytes()));
        Injector injector =
                Guice.createInjector(
                        new BrokerModule(brokerConfig),
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
        kv.close();
        lora.close();
        vectors.close();
        cards.invalidateAll();
        cards.cleanUp();
        leftInSpaceBytes = space.usedBytes(); // a closed space has nothing left
        space.close();
    }

    /// What is still charged; to be asked after closing.
    public Leftovers leftovers() {
        long loraBytes = lora.stats().tiers().stream().mapToLong(PoolStats::usedBytes).sum();
        return new Leftovers(
                Map.of(
                        vectors.name(),
                        vectors.usedBytes(),
                        kv.name(),
                        kv.usage().usedBytes(),
                        lora.name(),
                        loraBytes,
                        cardSource.name(),
                        cardSource.usage().usedBytes(),
                        "host space",
                        leftInSpaceBytes + vectors.stats().committedBytes()));
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

    private CacheFigures vectorFigures() {
        var stats = vectors.stats();
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
