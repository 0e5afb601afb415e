package dev.isobar.kv;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Digests as their definition says: SHA-256 over the parent's digest, the tokens and the extras, each with
/// its length.
final class PlainDigests {

    private PlainDigests() {}

    static byte[] digest(byte[] parent, int[] tokens, byte[] extras) {
        ByteBuffer input =
                ByteBuffer.allocate(parent.length + 8 + tokens.length * 4 + extras.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(parent)
                        .putInt(tokens.length);
        for (int token : tokens) {
            input.putInt(token);
        }
        input.putInt(extras.length).put(extras);
        try {
            return MessageDigest.getInstance("SHA-256").digest(input.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The digests of the full blocks of a prompt, in hexadecimal.
    static List<String> chain(KvPool pool, KvPrompt prompt) {
        List<String> chain = new ArrayList<>();
        byte[] salt = new TenantSalts(pool.config().secret()).salt(prompt.tenant());
        byte[] parent = pool.config().root();
        int perBlock = pool.config().shape().tokensPerBlock();
        for (int to = perBlock; to <= prompt.tokens().length; to += perBlock) {
            int from = to - perBlock;
            byte[] extras = BlockExtra.write(prompt.context().extras(from, to, salt));
            parent = digest(parent, Arrays.copyOfRange(prompt.tokens(), from, to), extras);
            chain.add(HexFormat.of().formatHex(parent));
        }
        return chain;
    }
}
