package dev.isobar.kv;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a block besides its bytes, on its way down and in a tier.
///
/// @param tenant whose it is
/// @param group of which group of layers it is
/// @param adapter which adapter is applied; null for none, or where it is not known
/// @param parent the digest of the block before it, or null at the beginning of a sequence
/// @param tokens its tokens; none where they are not known
@SuppressWarnings("ArrayRecordComponent") // never compared, and only read
record BlockOrigin(
        String tenant, int group, @Nullable String adapter, @Nullable String parent, int[] tokens) {

    /// Nothing is known.
    static final BlockOrigin UNKNOWN = new BlockOrigin("", 0, null, null, new int[0]);

    /// A sum over the tokens, or 0 if they are not known.
    int tokenSum() {
        return tokens.length == 0 ? 0 : SequenceTokens.sum(tokens, 0, tokens.length);
    }

    /// The event that says that the block is in a medium.
    KvEvent.Stored stored(long number, String digest, String medium) {
        List<Integer> ids = Arrays.stream(tokens).boxed().toList();
        return new KvEvent.Stored(
                number, group, parent, List.of(digest), ids, tenant, adapter, medium);
    }

    /// The event that says that it is there no more.
    KvEvent.Removed removed(long number, String digest, RemovalReason reason, String medium) {
        return new KvEvent.Removed(number, group, digest, tenant, reason, medium);
    }
}
