package dev.isobar.kv;

import static dev.isobar.kv.Pools.concat;
import static dev.isobar.kv.Pools.range;
import static dev.isobar.kv.Pools.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a digest covers, and what it does not.
class DigestsTest {

    private static final KvShape SHAPE = Pools.shape(16);
    private static final byte[] SALT = {1, 2, 3};
    private static final BlockExtra SALT_EXTRA = new BlockExtra.Salt(SALT); // the same array

    @Test
    void digest_isSha256OfParentTokensAndExtras_withTheirLengths() {
        byte[] root = Pools.MODEL.root(SHAPE);
        ChainHasher hasher = new ChainHasher(root, 2);
        DigestChain chain = new DigestChain(2);
        hasher.add(chain, new int[] {7, 8, 9, 10});
        hasher.add(chain, new int[] {7, 8, 9, 10}, new byte[] {42});

        byte[] first = PlainDigests.digest(root, new int[] {7, 8}, new byte[0]);
        byte[] second = PlainDigests.digest(first, new int[] {9, 10}, new byte[] {42});
        assertThat(bytes(chain, 0)).isEqualTo(first);
        assertThat(bytes(chain, 1)).isEqualTo(second);
    }

    @Test
    void repeatedTokens_haveDifferentDigests() {
        DigestChain chain = chain(KvPrompt.of(1, 2, 3, 4, 1, 2, 3, 4), 4);
        assertThat(chain.blocks()).isEqualTo(2);
        assertThat(bytes(chain, 0)).isNotEqualTo(bytes(chain, 1));
    }

    @Test
    void otherBeginning_changesAllThatFollows() {
        DigestChain one = chain(KvPrompt.of(1, 2, 3, 4), 2);
        DigestChain other = chain(KvPrompt.of(9, 2, 3, 4), 2);
        assertThat(bytes(one, 0)).isNotEqualTo(bytes(other, 0));
        assertThat(bytes(one, 1)).isNotEqualTo(bytes(other, 1));
    }

    /// The request hasher's vector: six tokens in blocks of three.
    @Test
    void otherMedia_changeTheWholeChain() {
        KvPrompt prompt = KvPrompt.of(range(0, 6));
        DigestChain one = chain(prompt.in(media("hash1", "hash2")), 3);
        DigestChain other = chain(prompt.in(media("hash3", "hash2")), 3);
        assertThat(one.blocks()).isEqualTo(2);
        assertThat(bytes(one, 0)).isNotEqualTo(bytes(other, 0));
        assertThat(bytes(one, 1)).isNotEqualTo(bytes(other, 1));
    }

    private static KvContext media(String first, String second) {
        return KvContext.NONE
                .withMedia(new KvContext.Media(first, 0, 3))
                .withMedia(new KvContext.Media(second, 3, 3));
    }

    @Test
    void onlyFullBlocks_haveDigests() {
        assertThat(chain(KvPrompt.of(range(0, 15)), 16).blocks()).isZero();
        assertThat(chain(KvPrompt.of(range(0, 33)), 16).blocks()).isEqualTo(2);
    }

    @Test
    void supply_digestsWhatGetsFull_andTruncateForgets() {
        SequenceTokens tokens = tokens(KvPrompt.of(1, 2, 3), 2);
        tokens.supply(new int[] {4, 5}, 2);
        assertThat(tokens.chain().blocks()).isEqualTo(2);
        byte[] second = bytes(tokens.chain(), 1);
        tokens.truncate(3);
        assertThat(tokens.chain().blocks()).isEqualTo(1);
        tokens.supply(new int[] {4}, 1);
        assertThat(bytes(tokens.chain(), 1)).isEqualTo(second);
    }

    @Test
    void p10_media_enterWithTheirOffsetFromTheBlock() {
        KvContext context =
                KvContext.NONE
                        .withMedia(new KvContext.Media("aaa", 11, 10))
                        .withMedia(new KvContext.Media("bbb", 30, 18))
                        .withMedia(new KvContext.Media("ccc", 48, 7));
        assertThat(context.extras(0, 16, null)).containsExactly(medium("aaa", 11));
        assertThat(context.extras(16, 32, null))
                .containsExactly(medium("aaa", -5), medium("bbb", 14));
        assertThat(context.extras(32, 48, null)).containsExactly(medium("bbb", -2));
        assertThat(context.extras(48, 64, null)).containsExactly(medium("ccc", 0));
    }

    /// Three blocks of text and placeholders, and a fourth that is filled while tokens are made.
    @Test
    void p10_sameMedia_otherText_sharesTheBlocksOfTheMedia() {
        int[] common =
                concat(range(0, 10), times(6, -1), times(4, -1), range(10, 20), times(18, -1));
        KvPrompt first = KvPrompt.of(concat(common, times(7, -1), times(4, 100)));
        KvPrompt second = KvPrompt.of(concat(common, times(7, -1), times(5, 200)));
        KvContext three =
                KvContext.NONE
                        .withMedia(new KvContext.Media("aaa", 11, 10))
                        .withMedia(new KvContext.Media("bbb", 30, 18))
                        .withMedia(new KvContext.Media("ccc", 48, 7));
        KvContext otherFirst =
                KvContext.NONE
                        .withMedia(new KvContext.Media("zzz", 11, 10))
                        .withMedia(new KvContext.Media("bbb", 30, 18));
        try (KvPool pool = Pools.pool(16, 10);
                KvSequence one = Pools.filled(pool, first.in(three))) {
            assertThat(one.cachedTokens()).isZero();
            one.append(times(5, 8));
            KvPrompt all = KvPrompt.of(concat(first.tokens(), times(5, 8))).in(three);
            assertThat(hex(pool, one, 4)).isEqualTo(PlainDigests.chain(pool, all));
            try (KvSequence two = pool.open(second.in(three));
                    KvSequence other = pool.open(second.in(otherFirst))) {
                assertThat(two.cachedTokens()).isEqualTo(48);
                assertThat(two.blockNumbers()).containsExactly(1, 2, 3);
                assertThat(other.cachedTokens()).isZero();
            }
        }
    }

    private static List<String> hex(KvPool pool, KvSequence sequence, int blocks) {
        return IntStream.range(0, blocks)
                .mapToObj(at -> DigestSum.hex(pool.table(), sequence.block(at)))
                .toList();
    }

    @Test
    void extras_ofMediaBesideBlocks() {
        KvContext context =
                KvContext.NONE
                        .withMedia(new KvContext.Media("h1", 0, 5))
                        .withMedia(new KvContext.Media("h2", 10, 5));
        assertThat(context.extras(0, 5, null)).containsExactly(medium("h1", 0));
        assertThat(context.extras(3, 8, null)).containsExactly(medium("h1", -3));
        assertThat(context.extras(6, 10, null)).isEmpty();
        assertThat(context.extras(0, 15, null)).containsExactly(medium("h1", 0), medium("h2", 10));
        assertThat(KvContext.NONE.extras(0, 5, null)).isEmpty();
    }

    @Test
    void extras_ofTheSalt_areInOneBlock() {
        assertThat(KvContext.NONE.extras(0, 1, SALT)).containsExactly(SALT_EXTRA);
        assertThat(KvContext.NONE.extras(0, 10, SALT)).containsExactly(SALT_EXTRA);
        assertThat(KvContext.NONE.extras(1, 2, SALT)).isEmpty();
        assertThat(KvContext.NONE.extras(6, 10, SALT)).isEmpty();
        assertThat(KvContext.NONE.withMedia(new KvContext.Media("h1", 0, 5)).extras(0, 5, SALT))
                .containsExactly(medium("h1", 0), SALT_EXTRA);
    }

    @Test
    void extras_ofTheAdapter_areInEveryBlock() {
        KvContext context = KvContext.NONE.withAdapter("lora");
        assertThat(context.extras(0, 16, null)).containsExactly(new BlockExtra.Adapter("lora"));
        assertThat(context.extras(16, 32, null)).containsExactly(new BlockExtra.Adapter("lora"));
    }

    @Test
    void extras_ofEmbeddings_areTheDigestOfTheirSlice() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
        KvContext context = KvContext.NONE.withEmbedding(new KvContext.Embedding(2, 2, bytes));
        assertThat(digest(context, 0, 2)).isNull();
        assertThat(digest(context, 0, 4)).isEqualTo(Sha256.of(new byte[] {1, 2, 3, 4}));
        assertThat(digest(context, 4, 8)).isEqualTo(Sha256.of(new byte[] {5, 6, 7, 8}));
        assertThat(digest(context, 6, 8)).isNull();
        byte[] otherBytes = {1, 2, 3, 4, 5, 6, 7, 9};
        KvContext other = KvContext.NONE.withEmbedding(new KvContext.Embedding(2, 2, otherBytes));
        assertThat(digest(other, 0, 4)).isEqualTo(digest(context, 0, 4));
        assertThat(digest(other, 4, 8)).isNotEqualTo(digest(context, 4, 8));
    }

    @Test
    void extras_ofOtherTypes_areNeverEqual() {
        byte[] adapter = BlockExtra.write(List.of(new BlockExtra.Adapter("s")));
        byte[] salt =
                BlockExtra.write(
                        List.of(new BlockExtra.Salt("s".getBytes(StandardCharsets.UTF_8))));
        assertThat(adapter).isNotEqualTo(salt);
        byte[] joined =
                BlockExtra.write(
                        List.of(new BlockExtra.Medium("ab", 1), new BlockExtra.Adapter("c")));
        byte[] moved =
                BlockExtra.write(
                        List.of(new BlockExtra.Medium("a", 1), new BlockExtra.Adapter("bc")));
        assertThat(joined).isNotEqualTo(moved);
    }

    @Test
    void salt_isMadeOfTheServersSecretAndTheTenant() {
        TenantSalts salts = new TenantSalts(new byte[16]);
        assertThat(salts.salt("a")).isEqualTo(new TenantSalts(new byte[16]).salt("a"));
        assertThat(salts.salt("a")).isNotEqualTo(salts.salt("b")).hasSize(32);
        byte[] otherSecret = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertThat(new TenantSalts(otherSecret).salt("a")).isNotEqualTo(salts.salt("a"));
    }

    @Test
    void sharedTokens_areFoundByAll_whatFollowsByNobodyElse() {
        int[] prompt = range(0, 65);
        KvContext shared = KvContext.NONE.withSharedTokens(32);
        try (KvPool pool = Pools.pool(16, 10);
                KvSequence one = Pools.filled(pool, KvPrompt.of(prompt).in(shared).forTenant("a"));
                KvSequence other = pool.open(KvPrompt.of(prompt).in(shared).forTenant("b"));
                KvSequence same = pool.open(KvPrompt.of(prompt).in(shared).forTenant("a"));
                KvSequence closed = pool.open(KvPrompt.of(prompt).forTenant("b"))) {
            assertThat(one.cachedTokens()).isZero();
            assertThat(other.cachedTokens()).isEqualTo(32);
            assertThat(same.cachedTokens()).isEqualTo(64);
            assertThat(closed.cachedTokens()).isZero();
        }
    }

    @Test
    void sharedTokens_whereTheSaltIsInTheMiddleOfABlock_thatBlockIsPrivate() {
        assertThat(KvContext.NONE.withSharedTokens(20).extras(16, 32, SALT)).hasSize(1);
        assertThat(KvContext.NONE.withSharedTokens(20).extras(0, 16, SALT)).isEmpty();
    }

    @Test
    void shape_computesBytes() {
        KvShape llama = new KvShape(32, 8, 128, KvType.FLOAT16, KvType.FLOAT16, 16);
        assertThat(llama.bytesPerToken()).isEqualTo(131_072);
        assertThat(llama.bytesPerBlock()).isEqualTo(2 << 20);
        KvShape mixed = new KvShape(2, 1, 64, KvType.Q8_0, KvType.Q4_0, 1);
        assertThat(mixed.bytesPerToken()).isEqualTo(2 * (68 + 36));
    }

    @Test
    void shape_bad_namesWhatWasWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvShape(0, 1, 1, KvType.INT8, KvType.INT8, 1))
                .withMessageContaining("layers")
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvShape(1, 1, 33, KvType.Q8_0, KvType.INT8, 1))
                .withMessageContaining("groups of 32");
    }

    private static BlockExtra medium(String digest, int offset) {
        return new BlockExtra.Medium(digest, offset);
    }

    private static byte[] digest(KvContext context, int from, int to) {
        List<BlockExtra> extras = context.extras(from, to, null);
        return extras.isEmpty() ? null : ((BlockExtra.Embedded) extras.getFirst()).digest();
    }

    private static DigestChain chain(KvPrompt prompt, int perBlock) {
        return tokens(prompt, perBlock).chain();
    }

    private static SequenceTokens tokens(KvPrompt prompt, int perBlock) {
        ChainHasher hasher = new ChainHasher(new byte[32], perBlock);
        return new SequenceTokens(hasher, prompt, SALT, perBlock, true);
    }

    private static byte[] bytes(DigestChain chain, int at) {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        for (int word = 0; word < 4; word++) {
            bytes.putLong(chain.word(at, word));
        }
        return bytes.array();
    }
}
