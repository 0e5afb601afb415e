package dev.isobar.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The tokens of a sequence, those in blocks and those still to come, and the digests of their full
/// blocks.
///
/// *One thread only.*
final class SequenceTokens {

    private final ChainHasher hasher;
    private final KvContext context;
    private final byte[] salt;
    private final int perBlock;
    private final boolean digested;
    private final DigestChain chain;
    private int[] tokens;
    private int known;

    /// @param digested whether digests are made at all
    SequenceTokens(
            ChainHasher hasher, KvPrompt prompt, byte[] salt, int perBlock, boolean digested) {
        this.hasher = hasher;
        this.context = prompt.context();
        this.salt = salt;
        this.perBlock = perBlock;
        this.digested = digested;
        tokens = prompt.tokens().clone();
        known = tokens.length;
        chain = new DigestChain(known / perBlock + 1);
        digest();
    }

    /// Tokens whose digests are known.
    ///
    /// @param chain at most as many digests as the prompt has full blocks
    SequenceTokens(
            ChainHasher hasher, KvPrompt prompt, byte[] salt, int perBlock, DigestChain chain) {
        this.hasher = hasher;
        this.context = prompt.context();
        this.salt = salt;
        this.perBlock = perBlock;
        this.digested = true;
        this.chain = chain;
        tokens = prompt.tokens().clone();
        known = tokens.length;
    }

    private SequenceTokens(SequenceTokens other, int count) {
        hasher = other.hasher.copy();
        context = other.context;
        salt = other.salt;
        perBlock = other.perBlock;
        digested = other.digested;
        tokens = Arrays.copyOf(other.tokens, Math.max(1, count));
        known = count;
        chain = other.chain.copy(Math.min(count / perBlock, other.chain.blocks()));
    }

    /// The same up to a token, for another sequence.
    SequenceTokens copy(int count) {
        return new SequenceTokens(this, count);
    }

    DigestChain chain() {
        return chain;
    }

    KvContext context() {
        return context;
    }

    /// How many tokens are known.
    int known() {
        return known;
    }

    int token(int at) {
        return tokens[at];
    }

    void copyTo(int from, int[] target, int offset, int count) {
        System.arraycopy(tokens, from, target, offset, count);
    }

    boolean sameAs(int from, int[] others, int offset, int count) {
        return Arrays.equals(tokens, from, from + count, others, offset, offset + count);
    }

    /// The tokens of a full block.
    int[] block(int at) {
        return Arrays.copyOfRange(tokens, at * perBlock, (at + 1) * perBlock);
    }

    /// A sum over the tokens of a full block; never 0.
    int sum(int at) {
        return sum(tokens, at * perBlock, perBlock);
    }

    /// The same over tokens anywhere.
    static int sum(int[] tokens, int from, int count) {
        int sum = 1;
        for (int at = from; at < from + count; at++) {
            sum = 31 * sum + tokens[at];
        }
        return sum == 0 ? 1 : sum;
    }

    /// More tokens.
    void supply(int[] more, int count) {
        if (known + count > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(known + count, tokens.length * 2));
        }
        System.arraycopy(more, 0, tokens, known, count);
        known += count;
        digest();
    }

    /// Forgets the tokens from one on.
    void truncate(int count) {
        known = count;
        chain.truncate(Math.min(chain.blocks(), count / perBlock));
    }

    private void digest() {
        if (!digested) {
            return;
        }
        while ((chain.blocks() + 1) * perBlock <= known) {
            byte[] extras = extras(chain.blocks());
            if (extras == null) {
                hasher.add(chain, tokens);
            } else {
                hasher.add(chain, tokens, extras);
            }
        }
    }

    private byte @Nullable [] extras(int at) {
        int from = at * perBlock;
        boolean salted = from <= context.sharedTokens() && context.sharedTokens() < from + perBlock;
        if (!salted && context.plain()) {
            return null;
        }
        return BlockExtra.write(context.extras(from, from + perBlock, salt));
    }
}
