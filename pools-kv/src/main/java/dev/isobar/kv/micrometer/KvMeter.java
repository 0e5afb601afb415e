package dev.isobar.kv.micrometer;

import dev.isobar.kv.KvStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Every meter of a KV pool. All have the tag `pool`; variants have one tag more, from a fixed set. None
/// names a tenant, a session or a request.
public enum KvMeter {
    /// Blocks that hold nothing.
    FREE("kv.blocks", Meter.Type.GAUGE, "state", "free", "Blocks by state", KvStats::freeBlocks),
    /// Blocks that sequences use.
    USED("kv.blocks", Meter.Type.GAUGE, "state", "used", "Blocks by state", KvStats::usedBlocks),
    /// Blocks with content that nobody uses.
    IDLE("kv.blocks", Meter.Type.GAUGE, "state", "idle", "Blocks by state", KvStats::idleBlocks),
    /// Blocks on their way to a tier.
    LEAVING(
            "kv.blocks",
            Meter.Type.GAUGE,
            "state",
            "leaving",
            "Blocks by state",
            KvStats::leavingBlocks),
    /// Blocks promised to sequences that have not taken them.
    PROMISED(
            "kv.blocks.promised",
            Meter.Type.GAUGE,
            null,
            null,
            "Blocks promised and not taken",
            KvStats::promisedBlocks),
    /// Blocks there may be now.
    LIMIT(
            "kv.blocks.limit",
            Meter.Type.GAUGE,
            null,
            null,
            "Blocks there may be now",
            KvStats::limitBlocks),
    /// Open sequences.
    SEQUENCES(
            "kv.sequences", Meter.Type.GAUGE, null, null, "Open sequences", KvStats::openSequences),
    /// What the space has given.
    COMMITTED(
            "kv.memory.committed",
            Meter.Type.GAUGE,
            null,
            null,
            "What the pool has taken from its space",
            KvStats::committedBytes),
    /// Tokens of prompts that were found.
    HITS(
            "kv.prefix.tokens",
            Meter.Type.COUNTER,
            "result",
            "hit",
            "Tokens of prompts by whether they were found",
            KvStats::hitTokens),
    /// Tokens of prompts that were not found.
    MISSES(
            "kv.prefix.tokens",
            Meter.Type.COUNTER,
            "result",
            "miss",
            "Tokens of prompts by whether they were found",
            stats -> stats.lookupTokens() - stats.hitTokens()),
    /// Found tokens that came from a tier.
    LOADED(
            "kv.loaded.tokens",
            Meter.Type.COUNTER,
            null,
            null,
            "Found tokens that were loaded from a tier",
            KvStats::loadedTokens),
    /// Blocks evicted for room.
    EVICTED_ROOM(
            "kv.evictions",
            Meter.Type.COUNTER,
            "reason",
            "room",
            "Evicted blocks by reason",
            KvStats::evictedForRoom),
    /// Blocks evicted because the broker asked.
    EVICTED_RECLAIM(
            "kv.evictions",
            Meter.Type.COUNTER,
            "reason",
            "reclaim",
            "Evicted blocks by reason",
            KvStats::evictedByReclaim),
    /// Blocks evicted because the limit was lowered.
    EVICTED_LIMIT(
            "kv.evictions",
            Meter.Type.COUNTER,
            "reason",
            "limit",
            "Evicted blocks by reason",
            KvStats::evictedByLimit),
    /// Half full blocks copied after a fork.
    COPIES(
            "kv.copies",
            Meter.Type.COUNTER,
            null,
            null,
            "Half full blocks copied after a fork",
            KvStats::copiedBlocks),
    /// Blocks shared while another sequence computed them.
    JOINED(
            "kv.joined",
            Meter.Type.COUNTER,
            null,
            null,
            "Blocks shared while another sequence computed them",
            KvStats::joinedBlocks),
    /// Blocks dropped because another one held the same.
    DUPLICATES(
            "kv.duplicates",
            Meter.Type.COUNTER,
            null,
            null,
            "Blocks dropped because another one held the same",
            KvStats::duplicates),
    /// How often there was no room.
    REFUSALS(
            "kv.refusals",
            Meter.Type.COUNTER,
            null,
            null,
            "How often there was no room",
            KvStats::refusals);

    private final String meterName;
    private final Meter.Type type;
    private final @Nullable String tagKey;
    private final @Nullable String tagValue;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without mutable state
    private final ToDoubleFunction<KvStats> value;

    KvMeter(
            String meterName,
            Meter.Type type,
            @Nullable String tagKey,
            @Nullable String tagValue,
            String description,
            ToDoubleFunction<KvStats> value) {
        this.meterName = meterName;
        this.type = type;
        this.tagKey = tagKey;
        this.tagValue = tagValue;
        this.description = description;
        this.value = value;
    }

    /// The name, dotted and in lower case, without a unit.
    public String meterName() {
        return meterName;
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
    }

    /// The unit, or null for plain numbers.
    public @Nullable String baseUnit() {
        return this == COMMITTED ? BaseUnits.BYTES : null;
    }

    /// What it says.
    public String description() {
        return description;
    }

    /// The tags of this meter of a pool.
    public Tags tags(String pool) {
        Tags tags = Tags.of("pool", pool);
        return tagKey == null || tagValue == null ? tags : tags.and(tagKey, tagValue);
    }

    double value(KvStats stats) {
        return value.applyAsDouble(stats);
    }
}
