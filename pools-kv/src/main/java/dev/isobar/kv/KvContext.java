package dev.isobar.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the content of one sequence depends on besides its tokens. It enters the digests of the blocks
/// that it concerns, typed and with lengths, so that nothing can pass for something else.
///
/// *Immutable.*
///
/// @param adapter the adapter that is applied to the whole sequence, or null
/// @param media pictures, sounds and the like that stand behind placeholder tokens
/// @param embeddings prompt embeddings that stand in for tokens
/// @param sharedTokens how many tokens at the beginning may be shared between tenants: the tenant's salt
///     enters with the block of the first token after them. 0 for none
public record KvContext(
        @Nullable String adapter, List<Media> media, List<Embedding> embeddings, int sharedTokens) {

    /// Tokens, and nothing else.
    public static final KvContext NONE = new KvContext(null, List.of(), List.of(), 0);

    /// A medium behind placeholder tokens.
    ///
    /// @param digest what identifies its content; not blank
    /// @param fromToken where in the sequence its placeholders begin; at least 0
    /// @param tokens how many placeholders there are; at least 1
    public record Media(String digest, int fromToken, int tokens) {
        /// @throws IllegalArgumentException if something is blank or out of range
        public Media {
            if (digest.isBlank() || fromToken < 0 || tokens < 1) {
                throw new IllegalArgumentException(
                        "a medium needs a digest, fromToken >= 0 and tokens >= 1: '%s', %d, %d"
                                .formatted(digest, fromToken, tokens));
            }
        }

        private boolean overlaps(int from, int to) {
            return fromToken < to && fromToken + tokens > from;
        }
    }

    /// Embeddings in place of tokens. The bytes are not copied: they must not change.
    ///
    /// @param fromToken where in the sequence they begin; at least 0
    /// @param bytesPerToken the size of one token's; at least 1
    /// @param bytes all of them, a multiple of `bytesPerToken`
    @SuppressWarnings("ArrayRecordComponent") // large, and only read here
    public record Embedding(int fromToken, int bytesPerToken, byte[] bytes) {
        /// @throws IllegalArgumentException if something is out of range
        public Embedding {
            if (fromToken < 0 || bytesPerToken < 1 || bytes.length % bytesPerToken != 0) {
                throw new IllegalArgumentException(
                        "embeddings need fromToken >= 0 and whole tokens: %d, %d bytes of %d"
                                .formatted(fromToken, bytes.length, bytesPerToken));
            }
        }

        private byte[] slice(int from, int to) {
            int first = Math.max(0, from - fromToken) * bytesPerToken;
            int last = Math.min(bytes.length, (to - fromToken) * bytesPerToken);
            return first < last ? Arrays.copyOfRange(bytes, first, last) : new byte[0];
        }
    }

    /// Keeps copies of the lists.
    ///
    /// @throws IllegalArgumentException if `sharedTokens` is negative
    public KvContext {
        media = List.copyOf(media);
        embeddings = List.copyOf(embeddings);
        if (sharedTokens < 0) {
            throw new IllegalArgumentException("sharedTokens must be at least 0: " + sharedTokens);
        }
    }

    /// An adapter for the whole sequence.
    public KvContext withAdapter(String name) {
        return new KvContext(Objects.requireNonNull(name, "name"), media, embeddings, sharedTokens);
    }

    /// One medium more.
    public KvContext withMedia(Media medium) {
        List<Media> more = new ArrayList<>(media);
        more.add(medium);
        return new KvContext(adapter, more, embeddings, sharedTokens);
    }

    /// One run of embeddings more.
    public KvContext withEmbedding(Embedding embedding) {
        List<Embedding> more = new ArrayList<>(embeddings);
        more.add(embedding);
        return new KvContext(adapter, media, more, sharedTokens);
    }

    /// A beginning that tenants may share.
    public KvContext withSharedTokens(int tokens) {
        return new KvContext(adapter, media, embeddings, tokens);
    }

    /// What enters the digest of one block, in a fixed order.
    ///
    /// @param from the block's first token
    /// @param to the token after its last
    /// @param salt the tenant's salt, or null
    List<BlockExtra> extras(int from, int to, byte @Nullable [] salt) {
        List<BlockExtra> extras = new ArrayList<>();
        if (adapter != null) {
            extras.add(new BlockExtra.Adapter(adapter));
        }
        for (Media medium : media) {
            if (medium.overlaps(from, to)) {
                extras.add(new BlockExtra.Medium(medium.digest(), medium.fromToken() - from));
            }
        }
        if (salt != null && from <= sharedTokens && sharedTokens < to) {
            extras.add(new BlockExtra.Salt(salt));
        }
        for (Embedding embedding : embeddings) {
            byte[] slice = embedding.slice(from, to);
            if (slice.length > 0) {
                extras.add(new BlockExtra.Embedded(Sha256.of(slice)));
            }
        }
        return extras;
    }

    /// Whether no block but the salted one can have extras: the quick way.
    boolean plain() {
        return adapter == null && media.isEmpty() && embeddings.isEmpty();
    }
}
