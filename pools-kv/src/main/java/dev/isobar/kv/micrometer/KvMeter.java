package dev.isobar.kv.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.kv.KvStats;

/// Every meter of a KV pool. All have the tag `pool`; variants have one tag more, from a fixed set. None
/// names a tenant, a session or a request.
public enum KvMeter {
    /// Blocks that hold nothing.
    FREE(gauge("kv.blocks", "Blocks by state", KvStats::freeBlocks).tagged("state", "free")),
    /// Blocks that sequences use.
    USED(gauge("kv.blocks", "Blocks by state", KvStats::usedBlocks).tagged("state", "used")),
    /// Blocks with content that nobody uses.
    IDLE(gauge("kv.blocks", "Blocks by state", KvStats::idleBlocks).tagged("state", "idle")),
    /// Blocks on their way to a tier.
    LEAVING(
            gauge("kv.blocks", "Blocks by state", KvStats::leavingBlocks)
                    .tagged("state", "leaving")),
    /// Blocks promised to sequences that have not taken them.
    PROMISED(gauge("kv.blocks.promised", "Blocks promised and not taken", KvStats::promisedBlocks)),
    /// Blocks there may be now.
    LIMIT(gauge("kv.blocks.limit", "Blocks there may be now", KvStats::limitBlocks)),
    /// Open sequences.
    SEQUENCES(gauge("kv.sequences", "Open sequences", KvStats::openSequences)),
    /// What the space has given.
    COMMITTED(
            gauge(
                            "kv.memory.committed",
                            "What the pool has taken from its space",
                            KvStats::committedBytes)
                    .inBytes()),
    /// Tokens of prompts that were found.
    HITS(
            counter(
                            "kv.prefix.tokens",
                            "Tokens of prompts by whether they were found",
                            KvStats::hitTokens)
                    .tagged("result", "hit")),
    /// Tokens of prompts that were not found.
    MISSES(
            counter(
                            "kv.prefix.tokens",
                            "Tokens of prompts by whether they were found",
                            (KvStats stats) -> stats.lookupTokens() - stats.hitTokens())
                    .tagged("result", "miss")),
    /// Found tokens that came from a tier.
    LOADED(
            counter(
                    "kv.loaded.tokens",
                    "Found tokens that were loaded from a tier",
                    KvStats::loadedTokens)),
    /// Blocks evicted for room.
    EVICTED_ROOM(
            counter("kv.evictions", "Evicted blocks by reason", KvStats::evictedForRoom)
                    .tagged("reason", "room")),
    /// Blocks evicted because the broker asked.
    EVICTED_RECLAIM(
            counter("kv.evictions", "Evicted blocks by reason", KvStats::evictedByReclaim)
                    .tagged("reason", "reclaim")),
    /// Blocks evicted because the limit was lowered.
    EVICTED_LIMIT(
            counter("kv.evictions", "Evicted blocks by reason", KvStats::evictedByLimit)
                    .tagged("reason", "limit")),
    /// Half full blocks copied after a fork.
    COPIES(counter("kv.copies", "Half full blocks copied after a fork", KvStats::copiedBlocks)),
    /// Blocks shared while another sequence computed them.
    JOINED(
            counter(
                    "kv.joined",
                    "Blocks shared while another sequence computed them",
                    KvStats::joinedBlocks)),
    /// Blocks dropped because another one held the same.
    DUPLICATES(
            counter(
                    "kv.duplicates",
                    "Blocks dropped because another one held the same",
                    KvStats::duplicates)),
    /// How often there was no room.
    REFUSALS(counter("kv.refusals", "How often there was no room", KvStats::refusals));

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<KvStats> meter;

    KvMeter(StatsMeter<KvStats> meter) {
        this.meter = meter;
    }

    /// What is published.
    public StatsMeter<KvStats> meter() {
        return meter;
    }
}
