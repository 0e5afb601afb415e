package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several engines on one pool: they share prefixes, wait for each other, are refused, and the broker takes
/// memory away all the while. Whatever is found was written by somebody with the same tokens and tenant.
@Timeout(120)
class KvPoolConcurrencyTest {

    private static final int PER_BLOCK = 4;
    private static final int BLOCK_BYTES = PER_BLOCK * 16;
    private static final int THREADS = 4;
    private static final int ROUNDS = 1_500;

    private final MemorySpace space = Pools.space();
    private final KvPoolConfig config = Pools.config(PER_BLOCK, 64).blocksPerSegment(8).build();
    private KvPool pool = new KvPool(config, space);
    private final AtomicInteger computed = new AtomicInteger();
    private final AtomicInteger found = new AtomicInteger();

    @Test
    void engines_shareBlocks_andReadOnlyWhatTheirPrefixWrote() throws Exception {
        run();
        pool.close();
        assertThat(space.usedBytes()).isZero();
        space.close();
    }

    /// The same with two small tiers below, so that blocks travel all the time.
    @Test
    void engines_aboveTiers_readOnlyWhatTheirPrefixWrote() throws Exception {
        pool.close();
        KvShape shape = config.shape();
        try (MemorySpace below = Pools.space()) {
            KvTier last = new KvTier(KvTierConfig.of("last", shape, 80), below);
            KvTier first = new KvTier(KvTierConfig.of("first", shape, 24), below, last);
            pool = new KvPool(config, space, first);
            run();
            assertThat(pool.stats().leavingBlocks()).isZero();
            assertThat(pool.stats().loadedTokens()).isPositive();
            assertThat(first.stats().corruptBlocks() + last.stats().corruptBlocks()).isZero();
            assertThat(first.stats().failures() + last.stats().failures()).isZero();
            first.ledger().table().checkInvariants();
            last.ledger().table().checkInvariants();
            pool.close();
            first.close();
            last.close();
            assertThat(space.usedBytes() + below.usedBytes()).isZero();
        }
        space.close();
    }

    private void run() throws Exception {
        List<Callable<Void>> engines = new ArrayList<>();
        for (int engine = 0; engine < THREADS; engine++) {
            Random random = new Random(engine);
            engines.add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    turn(random);
                }
                return null;
            });
        }
        engines.add(() -> {
            for (int round = 0; round < ROUNDS / 5; round++) {
                pool.reclaim(ReclaimRequest.of(1 + round % 2_000));
                pool.checkInvariants();
                if (round % 50 == 0) {
                    pool.reset();
                }
            }
            return null;
        });
        try (var threads = Executors.newFixedThreadPool(engines.size())) {
            for (Future<Void> each : threads.invokeAll(engines)) {
                each.get();
            }
        }
        pool.checkInvariants();
        assertThat(pool.stats().usedBlocks()).isZero();
        assertThat(pool.stats().promisedBlocks()).isZero();
        assertThat(pool.stats().openSequences()).isZero();
        assertThat(found.get()).isPositive();
        assertThat(computed.get()).isPositive();
    }

    private void turn(Random random) throws InterruptedException {
        int family = random.nextInt(6);
        int length = 9 + random.nextInt(30);
        int[] tokens = Pools.range(family * 1_000, family * 1_000 + length);
        KvPrompt prompt = KvPrompt.of(tokens).forTenant(random.nextBoolean() ? "a" : "b");
        try (KvSequence sequence = pool.open(prompt)) {
            if (sequence.pendingTokens() > 0 && sequence.join() > 0) {
                sequence.awaitJoined(Duration.ofMillis(random.nextInt(3)));
            }
            found.addAndGet(sequence.cachedTokens());
            check(sequence, family);
            int left = sequence.remainingTokens();
            if (sequence.reserve(left) instanceof Room.Ready) {
                if (random.nextInt(8) == 0) {
                    sequence.abort();
                    return;
                }
                write(sequence, family);
                sequence.commit(left);
                computed.addAndGet(left);
                check(sequence, family);
            }
        }
    }

    private static void write(KvSequence sequence, int family) {
        for (int at = sequence.tokens() / PER_BLOCK; at < sequence.blocks(); at++) {
            sequence.write(at, 0, bytes(sequence.tenant(), family, at));
        }
    }

    private static void check(KvSequence sequence, int family) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[BLOCK_BYTES]);
        for (int at = 0; at < sequence.tokens() / PER_BLOCK; at++) {
            sequence.read(at, 0, bytes);
            assertThat(bytes.mismatch(bytes(sequence.tenant(), family, at))).isEqualTo(-1);
        }
    }

    private static MemorySegment bytes(String tenant, int family, int at) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[BLOCK_BYTES]);
        bytes.fill((byte) (family * 40 + at));
        bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 0, tenant.hashCode());
        return bytes;
    }
}
