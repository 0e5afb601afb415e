package dev.isobar.examples.chat;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.isobar.broker.Resource;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.guice.KvPoolModule;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.TierConfig;
import dev.isobar.lora.guice.LoraPoolModule;
import dev.isobar.memory.MemorySpace;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The chat service with its two pools, each a source of pressure, and the admission in front of them.
public final class ChatModule extends AbstractModule {

    /// The KV pool's name as a source.
    public static final String KV_NAME = "kv-cache";

    /// The LoRA pool's name as a source.
    public static final String LORA_NAME = "lora-cache";

    /// A demo has none; the next run shall find what this one leaves on the disk.
    private static final byte[] SECRET =
            "the demo keeps no secrets".getBytes(StandardCharsets.UTF_8);

    private static final long MIN_PAGE_BYTES = 4 << 10;
    private static final int SEGMENTS = 128;
    private static final int PAGES_AT_LEAST = 128;

    private final ChatPlan plan;
    private final AdapterShelf shelf;
    private final MemorySpace space;
    private final double requestsPerSecond;

    /// @param space where both pools have their bytes; stays open
    /// @param requestsPerSecond how many requests there will be
    public ChatModule(
            ChatPlan plan, AdapterShelf shelf, MemorySpace space, double requestsPerSecond) {
        this.plan = Objects.requireNonNull(plan, "plan");
        this.shelf = Objects.requireNonNull(shelf, "shelf");
        this.space = Objects.requireNonNull(space, "space");
        this.requestsPerSecond = requestsPerSecond;
    }

    @Override
    protected void configure() {
        install(new KvPoolModule(kv(), space));
        install(new LoraPoolModule(LoraPoolConfig.of(loraTier())));
    }

    private KvPoolConfig kv() {
        return KvPoolConfig.builder(ChatPlan.SHAPE, KvIdentity.of("demo"))
                .name(KV_NAME)
                .capacityBlocks(plan.blocks() / blocksPerSegment() * blocksPerSegment())
                .blocksPerSegment(blocksPerSegment())
                .policy(KvPolicy.ADAPTIVE)
                .secret(SECRET)
                .build();
    }

    /// Small segments: a block in use keeps a whole one from being given back.
    private int blocksPerSegment() {
        return Math.max(1, plan.blocks() / SEGMENTS);
    }

    private TierConfig loraTier() {
        return new TierConfig(LORA_NAME, space, Resource.HOST, pageBytes(), plan.adapterBytes());
    }

    private long pageBytes() {
        long most = Long.highestOneBit(Math.max(1, plan.adapterBytes() / PAGES_AT_LEAST));
        return Math.clamp(most, MIN_PAGE_BYTES, TierConfig.DEFAULT_PAGE_BYTES);
    }

    @Provides
    @Singleton
    ChatClaims claims(KvPool kv, LoraPool lora) {
        return new ChatClaims(kv, lora, ChatPlan.LANES);
    }

    /// Makes the adapters known to the pool.
    @Provides
    @Singleton
    ChatService service(KvPool kv, LoraPool lora, ChatClaims claims) {
        shelf.adapters().forEach((name, adapter) -> lora.register(name, adapter.path()));
        long laneNanos = plan.laneNanos(requestsPerSecond) / Math.max(1, plan.turnTokens() / 3);
        return new ChatService(kv, lora, claims, laneNanos);
    }
}
