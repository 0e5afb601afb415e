package dev.isobar.kv;

import java.time.Duration;
import java.util.List;

/// Says why the first block that is not found is not found. *Guarded by caller.*
final class KvMisses {

    /// The same tokens under another tenant's salt.
    record Rival(String tenant, DigestChain chain) {}

    private final KvCore core;

    KvMisses(KvCore core) {
        this.core = core;
    }

    KvExplanation explain(DigestChain chain, int promptTokens, List<Rival> rivals) {
        int found = found(chain, promptTokens);
        int at = found / core.config.shape().tokensPerBlock();
        KvMiss miss =
                at == most(chain, promptTokens) ? new KvMiss.Nothing() : miss(chain, at, rivals);
        return new KvExplanation(promptTokens, found, miss);
    }

    /// How many tokens, from the first on, would be found.
    int found(DigestChain chain, int promptTokens) {
        int most = most(chain, promptTokens);
        int found = 0;
        while (found < most && kept(chain, found)) {
            found++;
        }
        return found * core.config.shape().tokensPerBlock();
    }

    private int most(DigestChain chain, int promptTokens) {
        return Math.min(chain.blocks(), (promptTokens - 1) / core.config.shape().tokensPerBlock());
    }

    private KvMiss miss(DigestChain chain, int at, List<Rival> rivals) {
        int block = core.table.find(chain, at);
        if (block != BlockTable.NONE && core.table.pending(block)) {
            return new KvMiss.InFlight();
        }
        int note = core.ghosts.find(chain.key(at));
        if (note != 0) {
            long nanos = core.config.nanoClock().getAsLong() - core.ghosts.nanos(note);
            return new KvMiss.Dropped(
                    core.ghosts.reason(note),
                    Duration.ofNanos(nanos),
                    core.tenants.account(core.ghosts.causer(note)).name);
        }
        return rivals.stream()
                .filter(each -> kept(each.chain(), at))
                .findFirst()
                .<KvMiss>map(each -> new KvMiss.OtherTenant(each.tenant()))
                .orElseGet(KvMiss.NeverStored::new);
    }

    private boolean kept(DigestChain chain, int at) {
        int block = core.table.find(chain, at);
        return block != BlockTable.NONE && core.table.kept(block);
    }
}
