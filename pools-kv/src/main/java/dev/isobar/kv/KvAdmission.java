package dev.isobar.kv;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import java.util.Objects;

/// Lets generations into a pool under a budget of its tokens, and lets their share of it grow while they go
/// on, so that nobody has to claim the longest answer there may be.
///
/// ```java
/// Supply tokens = pool.tokenSupply();
/// Admission admission = Admission.of(AdmissionConfig.of("engine"), tokens, lanes);
/// KvAdmission kv = new KvAdmission(pool, admission, tokens, 256);
/// var request = AdmissionRequest.of("chat 7", kv.claim(prompt, 64).and(lanes, 1));
/// if (admission.admit(request) instanceof Granted granted) {
///     try (KvGeneration generation = kv.begin(prompt, granted.grant())) { ... }
/// }
/// ```
///
/// *Immutable, and safe for several threads.*
public final class KvAdmission {

    private final KvPool pool;
    private final Admission admission;
    private final Supply tokens;
    private final int growTokens;

    /// @param admission whose grants [#begin] takes; not closed with anything here
    /// @param tokens the pool's [KvPool#tokenSupply()], as the admission was made with it
    /// @param growTokens how many tokens a generation asks for at once when it needs more; at least 1. The
    ///     more, the fewer questions, and the more is claimed and not used
    /// @throws IllegalArgumentException if `growTokens` is less than 1
    public KvAdmission(KvPool pool, Admission admission, Supply tokens, int growTokens) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.admission = Objects.requireNonNull(admission, "admission");
        this.tokens = Objects.requireNonNull(tokens, "tokens");
        this.growTokens = growTokens;
        if (growTokens < 1) {
            throw new IllegalArgumentException("growTokens must be at least 1: " + growTokens);
        }
    }

    /// What a generation claims at first, in whole blocks.
    ///
    /// @param newTokens how many tokens it will make at least; at least 0
    /// @throws IllegalArgumentException if `newTokens` is negative
    public Claim claim(KvPrompt prompt, int newTokens) {
        if (newTokens < 0) {
            throw new IllegalArgumentException("newTokens must be at least 0: " + newTokens);
        }
        return Claim.of(tokens, wholeBlocks(Math.addExact(prompt.tokens().length, newTokens)));
    }

    /// Opens a sequence under a grant, which is the generation's from now on: also if this fails, then it is
    /// given back.
    ///
    /// @param grant with what [#claim] said, and whatever else was claimed with it
    /// @throws IllegalStateException if the pool is closed
    public KvGeneration begin(KvPrompt prompt, Grant grant) {
        try {
            return new KvGeneration(this, pool.open(prompt), grant);
        } catch (RuntimeException | Error e) {
            grant.close();
            throw e;
        }
    }

    Supply tokens() {
        return tokens;
    }

    int growTokens() {
        return growTokens;
    }

    /// So many tokens, rounded up to whole blocks.
    long wholeBlocks(long count) {
        int perBlock = pool.config().shape().tokensPerBlock();
        return Math.ceilDiv(count, perBlock) * perBlock;
    }

    /// Blocks are free that others may wait for.
    void reconsider() {
        admission.reconsider();
    }
}
