package dev.isobar.examples.chat;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.kv.KvPool;
import dev.isobar.lora.LoraPool;

/// The one admission in front of both pools: a request gets its lane, its tokens and its adapter together,
/// or waits with none of them. The pools do not know each other.
///
/// *Safe for several threads.*
public final class ChatClaims implements AutoCloseable {

    private final Admission admission;
    private final Supply tokens;
    private final Supply lanes;
    private final int perBlock;

    /// @param lanes how many requests run at a time; at least 1
    public ChatClaims(KvPool kv, LoraPool lora, int lanes) {
        this.tokens = kv.tokenSupply();
        this.lanes = Supply.counted(Resource.custom("engine"), "lanes", lanes);
        this.perBlock = kv.config().shape().tokensPerBlock();
        this.admission =
                Admission.of(AdmissionConfig.of("chat"), this.lanes, tokens, lora.supply());
    }

    /// The admission.
    public Admission admission() {
        return admission;
    }

    /// What a request needs beside its adapter: prompt and answer in whole blocks, and a lane. Turns of one
    /// conversation go one at a time.
    public AdmissionRequest of(ChatRequest request) {
        long blocks = Math.ceilDiv(request.tokens().length, perBlock);
        Claim claim = Claim.of(lanes, 1).and(tokens, blocks * perBlock);
        return AdmissionRequest.of(request.session(), claim).inSession(request.session());
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
