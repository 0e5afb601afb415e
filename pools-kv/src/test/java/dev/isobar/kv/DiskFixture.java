package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.memory.MemorySpace;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;

/// Pools over one root on the disk, one after the other, as processes would be; prompts whose blocks hold bytes
/// that tell whose they are.
final class DiskFixture implements AutoCloseable {

    static final int PER_BLOCK = 4;
    static final int POOL_BLOCKS = 8;
    static final KvShape SHAPE = Pools.shape(PER_BLOCK);

    /// Bytes of a block with what it needs in a log.
    static final int RECORD = 64 + 16 + (int) SHAPE.bytesPerBlock();

    final Supplier<WarmStore> stores;
    MemorySpace space = Pools.space();
    PressureTier pressure = PressureTier.NORMAL;
    long stagingBytes = KvDiskConfig.DEFAULT_STAGING_BYTES;
    WarmStore store;
    KvPool pool;

    DiskFixture(Path root) {
        this(() -> WarmStore.of(StoreConfig.at(root)));
    }

    DiskFixture(Supplier<WarmStore> stores) {
        this.stores = stores;
        store = stores.get();
        pool = pool(config());
    }

    static KvPoolConfig.Builder config() {
        return Pools.config(PER_BLOCK, POOL_BLOCKS);
    }

    KvDiskConfig diskConfig() {
        return KvDiskConfig.over(store, () -> pressure).withStagingBytes(stagingBytes);
    }

    KvPool pool(KvPoolConfig.Builder config) {
        return new KvPool(config.build(), space, diskConfig());
    }

    KvDisk disk() {
        return pool.disk().orElseThrow();
    }

    KvDiskStats stats() {
        return disk().stats();
    }

    /// Another process, after this one has ended in good order.
    void restart() {
        restart(config());
    }

    void restart(KvPoolConfig.Builder config) {
        end();
        begin(config);
    }

    void begin(KvPoolConfig.Builder config) {
        store = stores.get();
        pool = pool(config);
    }

    void end() {
        pool.close();
        store.close();
        assertThat(space.usedBytes()).isZero();
    }

    /// A prompt of four full blocks and one token more.
    static int[] prompt(int which) {
        return Pools.range(which * 100, which * 100 + 17);
    }

    /// Computes what is not found of a prompt, all full blocks but the last token.
    static KvSequence write(KvPool pool, KvPrompt prompt) {
        KvSequence one = pool.open(prompt);
        check(one);
        int more = one.remainingTokens() - 1;
        if (more > 0) {
            assertThat(one.reserve(more)).isInstanceOf(Room.Ready.class);
            for (int at = one.tokens() / PER_BLOCK; at < one.blocks(); at++) {
                one.write(at, 0, bytes(one, at));
            }
            one.commit(more);
        }
        return one;
    }

    void write(int which) {
        write(pool, KvPrompt.of(prompt(which))).close();
    }

    /// How many tokens of a prompt are found now, with the right bytes.
    int found(int which) {
        return found(KvPrompt.of(prompt(which)));
    }

    int found(KvPrompt prompt) {
        try (KvSequence one = pool.open(prompt)) {
            check(one);
            pool.checkInvariants();
            return one.cachedTokens();
        }
    }

    /// The bytes of a sequence are what was computed for it.
    static void check(KvSequence one) {
        MemorySegment read = MemorySegment.ofArray(new byte[(int) SHAPE.bytesPerBlock()]);
        for (int at = 0; at < one.tokens() / PER_BLOCK; at++) {
            one.read(at, 0, read);
            assertThat(read.mismatch(bytes(one, at))).as("block %d", at).isEqualTo(-1);
        }
    }

    /// Bytes that depend on the tenant and on all tokens up to the end of the block.
    static MemorySegment bytes(KvSequence one, int at) {
        long seed = one.tenant().hashCode();
        for (int token = 0; token < (at + 1) * PER_BLOCK; token++) {
            seed = seed * 31 + one.sequenceTokens().token(token);
        }
        byte[] bytes = new byte[(int) SHAPE.bytesPerBlock()];
        new Random(seed).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    @Override
    public void close() {
        end();
        space.close();
    }
}
