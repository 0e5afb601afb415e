package dev.isobar.kv;

import java.time.Duration;
import java.util.List;

/// Says why the first block that is not found is not found. *Guarded by caller.*
final class KvMisses {

    /// The same tokens under another tenant's salt.
    record Rival(String tenant, SequenceTokens tokens) {}

    private final KvCore core;

    KvMisses(KvCore core) {
        this.core = core;
    }

    /// @param tokens of a prompt
    KvExplanation explain(SequenceTokens tokens, List<Rival> rivals) {
        int found = found(tokens);
        int at = found / core.config.shape().tokensPerBlock();
        KvMiss miss = at == most(tokens) ? new KvMiss.Nothing() : miss(tokens, at, rivals);
        return new KvExplanation(tokens.known(), found, miss);
    }

    /// How many tokens of a prompt, from the first on, would be found.
    int found(SequenceTokens tokens) {
        int most = most(tokens);
        int found = 0;
        while (found < most && kept(tokens, found)) {
            found++;
        }
        return found * core.config.shape().tokensPerBlock();
    }

    private int most(SequenceTokens tokens) {
        int perBlock = core.config.shape().tokensPerBlock();
        return Math.min(tokens.chain().blocks(), (tokens.known() - 1) / perBlock);
    }

    private KvMiss miss(SequenceTokens tokens, int at, List<Rival> rivals) {
        int block = core.find(tokens, at);
        if (block != BlockTable.NONE && core.table.pending(block)) {
            return new KvMiss.InFlight();
        }
        int note = core.ghosts.find(tokens.chain().key(at));
        if (note != 0) {
            long nanos = core.config.nanoClock().getAsLong() - core.ghosts.nanos(note);
            return new KvMiss.Dropped(
                    core.ghosts.reason(note),
                    Duration.ofNanos(nanos),
                    core.tenants.account(core.ghosts.causer(note)).name);
        }
        return rivals.stream()
                .filter(each -> kept(each.tokens(), at))
                .findFirst()
                .<KvMiss>map(each -> new KvMiss.OtherTenant(each.tenant()))
                .orElseGet(KvMiss.NeverStored::new);
    }

    private boolean kept(SequenceTokens tokens, int at) {
        int block = core.find(tokens, at);
        return block != BlockTable.NONE && core.table.kept(block);
    }
}
