package dev.isobar.kv;

import java.util.Objects;

/// The digests of prompts, as the events and the index of a pool have them, without the pool: for a router
/// that keeps in step and asks who has the longest prefix.
///
/// *One thread only.* Digesting allocates nothing once the longest prompt was seen; a block takes about as
/// long as SHA-256 takes over its bytes.
public final class KvDigests {

    private final ChainHasher hasher;
    private final int perBlock;
    private final byte[] firstExtras;
    private final DigestChain chain = new DigestChain(64);

    /// Digests for a tenant's prompts without adapter, media or shared beginning.
    ///
    /// @param config that of the pools: with the same secret, or no digest will ever be theirs
    /// @param tenant whose prompts; not blank
    /// @throws IllegalArgumentException if the tenant is blank
    public KvDigests(KvPoolConfig config, String tenant) {
        Objects.requireNonNull(config, "config");
        if (tenant.isBlank()) {
            throw new IllegalArgumentException("tenant must not be blank");
        }
        perBlock = config.shape().tokensPerBlock();
        hasher = new ChainHasher(config.root(), perBlock);
        byte[] salt = new TenantSalts(config.secret()).salt(tenant);
        firstExtras = BlockExtra.write(KvContext.NONE.extras(0, perBlock, salt));
    }

    /// Digests the full blocks of a prompt, in place of the one before.
    ///
    /// @return how many there are
    public int digest(int[] tokens) {
        chain.truncate(0);
        int blocks = tokens.length / perBlock;
        if (blocks > 0) {
            hasher.add(chain, tokens, firstExtras);
        }
        while (chain.blocks() < blocks) {
            hasher.add(chain, tokens);
        }
        return blocks;
    }

    /// The digest of a block of the last prompt, as [KvEvent] writes it.
    ///
    /// @param block its place, from 0
    /// @throws IndexOutOfBoundsException if the prompt has no such full block
    public String hex(int block) {
        return DigestSum.hex(chain, block);
    }
}
