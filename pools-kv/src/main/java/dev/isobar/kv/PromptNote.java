package dev.isobar.kv;

import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.StoreCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What has to be known to find the blocks of a sequence again before somebody asks for them.
///
/// @param tenant whose it was
/// @param adapter which adapter made it; empty for none
/// @param chain the digests of its full blocks
/// @param tokens those in the full blocks
@SuppressWarnings("ArrayRecordComponent") // never compared
record PromptNote(String tenant, String adapter, DigestChain chain, int[] tokens) {

    /// The full blocks of a sequence.
    static PromptNote of(KvSequence sequence, int perBlock) {
        SequenceTokens all = sequence.sequenceTokens();
        int blocks = sequence.fullBlocks();
        int[] tokens = new int[blocks * perBlock];
        all.copyTo(0, tokens, 0, tokens.length);
        String adapter = all.context().adapter();
        return new PromptNote(
                sequence.tenant(),
                adapter == null ? "" : adapter,
                all.chain().copy(blocks),
                tokens);
    }

    int blocks() {
        return chain.blocks();
    }

    /// A prompt of these tokens and one more: a prompt has at least one that is not found.
    KvPrompt prompt() {
        KvContext context =
                adapter.isEmpty() ? KvContext.NONE : KvContext.NONE.withAdapter(adapter);
        return KvPrompt.of(Arrays.copyOf(tokens, tokens.length + 1)).forTenant(tenant).in(context);
    }

    /// How it lies on the disk: `u32` layout, tenant and adapter with their lengths, `u32` blocks, the digests,
    /// the tokens. Big-endian.
    static final class Codec implements StoreCodec<Fingerprint, PromptNote> {

        private static final int LAYOUT = 1;

        private final int perBlock;

        Codec(int tokensPerBlock) {
            perBlock = tokensPerBlock;
        }

        @Override
        public Fingerprint fingerprint(Fingerprint key) {
            return key;
        }

        @Override
        public Fingerprint key(Fingerprint fingerprint) {
            return fingerprint;
        }

        @Override
        public int bytes(PromptNote note) {
            return 4 * Integer.BYTES
                    + utf8(note.tenant).length
                    + utf8(note.adapter).length
                    + note.blocks() * bytesPerBlock();
        }

        private int bytesPerBlock() {
            return DigestChain.WORDS * Long.BYTES + perBlock * Integer.BYTES;
        }

        @Override
        public void encode(PromptNote note, MemorySegment into) {
            ByteBuffer out = into.asByteBuffer();
            out.putInt(LAYOUT);
            put(out, utf8(note.tenant));
            put(out, utf8(note.adapter));
            out.putInt(note.blocks());
            for (int at = 0; at < note.blocks(); at++) {
                for (int word = 0; word < DigestChain.WORDS; word++) {
                    out.putLong(note.chain.word(at, word));
                }
            }
            for (int at = 0; at < note.blocks() * perBlock; at++) {
                out.putInt(note.tokens[at]);
            }
        }

        @Override
        public @Nullable PromptNote decode(Fingerprint key, MemorySegment payload) {
            ByteBuffer in = ByteBuffer.wrap(payload.toArray(ValueLayout.JAVA_BYTE));
            try {
                return in.getInt() == LAYOUT ? decode(in) : null;
            } catch (BufferUnderflowException _) {
                return null;
            }
        }

        private @Nullable PromptNote decode(ByteBuffer in) {
            String tenant = text(in);
            String adapter = text(in);
            int blocks = in.getInt();
            if (tenant.isBlank()
                    || blocks < 1
                    || (long) blocks * bytesPerBlock() != in.remaining()) {
                return null;
            }
            DigestChain chain = new DigestChain(blocks);
            for (int at = 0; at < blocks; at++) {
                chain.add(in.getLong(), in.getLong(), in.getLong(), in.getLong());
            }
            int[] tokens = new int[blocks * perBlock];
            in.asIntBuffer().get(tokens);
            return new PromptNote(tenant, adapter, chain, tokens);
        }

        private static String text(ByteBuffer in) {
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] bytes = new byte[length];
            in.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private static void put(ByteBuffer out, byte[] bytes) {
            out.putInt(bytes.length).put(bytes);
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
