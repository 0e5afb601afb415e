package dev.isobar.kv;

import java.util.Objects;

/// What a sequence begins with.
///
/// The array of tokens is not copied until [KvPool#open(KvPrompt)].
///
/// @param tenant whose it is; not blank
/// @param tokens the prompt; at least one token
/// @param context what its content depends on besides
/// @param lookup whether blocks of others may be used. If not, everything is computed anew, as for a
///     request that wants the probabilities of its prompt
/// @param retention how its blocks are to be kept
@SuppressWarnings("ArrayRecordComponent") // a parameter object, never compared
public record KvPrompt(
        String tenant, int[] tokens, KvContext context, boolean lookup, Retention retention) {

    /// The tenant of those who name none.
    public static final String DEFAULT_TENANT = "default";

    /// @throws IllegalArgumentException if the tenant is blank or there are no tokens
    public KvPrompt {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(retention, "retention");
        if (tenant.isBlank()) {
            throw new IllegalArgumentException("tenant must not be blank");
        }
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token");
        }
    }

    /// Tokens of the default tenant.
    public static KvPrompt of(int... tokens) {
        return new KvPrompt(DEFAULT_TENANT, tokens, KvContext.NONE, true, Retention.DEFAULT);
    }

    /// The same for a tenant.
    public KvPrompt forTenant(String name) {
        return new KvPrompt(name, tokens, context, lookup, retention);
    }

    /// The same in a context.
    public KvPrompt in(KvContext other) {
        return new KvPrompt(tenant, tokens, other, lookup, retention);
    }

    /// The same, computed anew.
    public KvPrompt withoutLookup() {
        return new KvPrompt(tenant, tokens, context, false, retention);
    }

    /// The same, kept differently.
    public KvPrompt kept(Retention other) {
        return new KvPrompt(tenant, tokens, context, lookup, other);
    }
}
