package dev.isobar.examples.chat;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.kv.KvPool;
import java.util.Map;

/// The one admission in front of both pools: a request gets its lane, its tokens and the bytes of its
/// adapter together, or waits with none of them. The pools do not know each other.
///
/// *Safe for several threads.*
public final class ChatClaims implements AutoCloseable {

    private final Admission admission;
    private final Supply tokens;
    private final Supply lanes;
    private final Supply adapterBytes;
    private final Map<String, Long> adapters;
    private final int perBlock;

    /// @param lanes how many requests run at a time; at least 1
    /// @param adapterLimitBytes what adapters in use may take together
    /// @param adapters what each takes in memory, in bytes, by name
    public ChatClaims(KvPool kv, int lanes, long adapterLimitBytes, Map<String, Long> adapters) {
        this.tokens = kv.tokenSupply();
        this.lanes = Supply.counted(Resource.custom("engine"), "lanes", lanes);
        this.adapterBytes = Supply.counted(Resource.HOST, "adapter bytes", adapterLimitBytes);
        this.adapters = Map.copyOf(adapters);
        this.perBlock = kv.config().shape().tokensPerBlock();
        this.admission = Admission.of(AdmissionConfig.of("chat"), this.lanes, tokens, adapterBytes);
    }

    /// The admission.
    public Admission admission() {
        return admission;
    }

    /// All that a request needs: prompt and answer in whole blocks, its adapter, and a lane.
    public Claim of(ChatRequest request) {
        long blocks = Math.ceilDiv(request.tokens().length, perBlock);
        return Claim.of(lanes, 1)
                .and(tokens, blocks * perBlock)
                .and(adapterBytes, adapters.getOrDefault(request.adapter(), 0L));
    }

    /// Says how many of the granted tokens the pool counts as used now.
    void taken(Grant grant, long amount) {
        grant.used(tokens, amount);
    }

    /// Refuses whoever waits, and whoever comes.
    @Override
    public void close() {
        admission.close();
    }
}
