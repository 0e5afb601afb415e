package dev.isobar.kv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.function.Supplier;

/// Digests blocks: SHA-256 over the parent's digest, the tokens, and the extras, each with its length.
///
/// Without extras it allocates nothing. *One thread only.*
final class ChainHasher {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NO_EXTRAS = {};

    private final Supplier<MessageDigest> digests;
    private final MessageDigest sha;
    private final byte[] root;
    private final int tokensPerBlock;
    private final byte[] input;
    private final byte[] output = new byte[Sha256.BYTES];

    /// @param root what the first block has in the place of a parent
    ChainHasher(byte[] root, int tokensPerBlock) {
        this(root, tokensPerBlock, Sha256::create);
    }

    /// @param digests makes functions with results of 32 bytes; others than SHA-256 only in tests
    ChainHasher(byte[] root, int tokensPerBlock, Supplier<MessageDigest> digests) {
        this.digests = digests;
        sha = digests.get();
        this.root = root.clone();
        this.tokensPerBlock = tokensPerBlock;
        input = new byte[Sha256.BYTES + 2 * Integer.BYTES + tokensPerBlock * Integer.BYTES];
    }

    /// Another one for the same chains, for another thread.
    ChainHasher copy() {
        return new ChainHasher(root, tokensPerBlock, digests);
    }

    /// Adds the digest of the block after the last one of the chain.
    ///
    /// @param tokens all tokens of the sequence; the block's must be there
    void add(DigestChain chain, int[] tokens) {
        add(chain, tokens, NO_EXTRAS);
    }

    /// The same for a block with extras.
    void add(DigestChain chain, int[] tokens, byte[] extras) {
        int at = parent(chain);
        INT.set(input, at, tokensPerBlock);
        at += Integer.BYTES;
        int first = chain.blocks() * tokensPerBlock;
        for (int token = 0; token < tokensPerBlock; token++) {
            INT.set(input, at, tokens[first + token]);
            at += Integer.BYTES;
        }
        INT.set(input, at, extras.length);
        sha.update(input, 0, at + Integer.BYTES);
        if (extras.length > 0) {
            sha.update(extras);
        }
        finish(chain);
    }

    private int parent(DigestChain chain) {
        int last = chain.blocks() - 1;
        if (last < 0) {
            System.arraycopy(root, 0, input, 0, root.length);
        } else {
            for (int word = 0; word < DigestChain.WORDS; word++) {
                LONG.set(input, word * Long.BYTES, chain.word(last, word));
            }
        }
        return Sha256.BYTES;
    }

    private void finish(DigestChain chain) {
        try {
            sha.digest(output, 0, output.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        chain.add(word(0), word(1), word(2), word(3));
    }

    private long word(int word) {
        return (long) LONG.get(output, word * Long.BYTES);
    }
}
