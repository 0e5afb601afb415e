package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Random steps of two tenants on a small pool with real bytes. After each step the pool counts itself
/// again; each block that can be read holds what its tokens and tenant say; and what is found is what a
/// tenant wrote itself.
class KvPoolProperties {

    private static final int PER_BLOCK = 2;
    private static final int BLOCKS = 24;
    private static final String[] TENANTS = {"blue", "red"};

    @Property(tries = 2000)
    void randomSteps_keepBytesApart_andCountsRight(@ForAll Random random, @ForAll KvPolicy policy) {
        KvPoolConfig config =
                Pools.config(PER_BLOCK, BLOCKS)
                        .blocksPerSegment(4)
                        .policy(policy)
                        .events(10_000)
                        .share("blue", new TenantShare(4 * 32, 20 * 32, 2))
                        .build();
        try (var space = Pools.space()) {
            KvPool pool = new KvPool(config, space);
            Run run = new Run(pool, random);
            for (int step = 0; step < 120; step++) {
                run.step();
                pool.checkInvariants();
                run.checkBytes();
                assertThat(pool.usage().usedBytes()).isEqualTo(space.usedBytes());
            }
            run.closeAll();
            pool.checkInvariants();
            assertThat(pool.stats().usedBlocks()).isZero();
            pool.close();
            assertThat(space.usedBytes()).isZero();
        }
    }

    private static final class Run {
        private final KvPool pool;
        private final Random random;
        private final List<KvSequence> open = new ArrayList<>();
        private final List<List<Integer>> tokens = new ArrayList<>();

        Run(KvPool pool, Random random) {
            this.pool = pool;
            this.random = random;
        }

        void step() {
            int what = random.nextInt(12);
            if (open.isEmpty() || what < 3) {
                open();
                return;
            }
            int at = random.nextInt(open.size());
            switch (what) {
                case 3, 4, 5 -> grow(at);
                case 6 -> fork(at);
                case 7, 8 -> close(at);
                case 9 -> truncate(at);
                case 10 -> reserveAndAbort(at);
                default -> pressure();
            }
        }

        private void open() {
            int[] prompt = random.ints(1 + random.nextInt(12), 0, 2).toArray();
            String tenant = TENANTS[random.nextInt(2)];
            KvSequence sequence = pool.open(KvPrompt.of(prompt).forTenant(tenant));
            List<Integer> known = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
            open.add(sequence);
            tokens.add(known);
            int left = sequence.remainingTokens();
            if (sequence.reserve(left) instanceof Room.Ready) {
                writeFrom(sequence, known, sequence.tokens(), prompt.length);
                sequence.commit(left);
            } else {
                close(open.size() - 1);
            }
        }

        private void grow(int at) {
            KvSequence sequence = open.get(at);
            int[] more = random.ints(1 + random.nextInt(5), 0, 2).toArray();
            int before = sequence.tokens();
            Room room = sequence.reserve(more.length);
            if (room instanceof Room.Ready) {
                List<Integer> known = tokens.get(at);
                for (int token : more) {
                    known.add(token);
                }
                writeFrom(sequence, known, before, known.size());
                sequence.commit(more);
            } else {
                assertThat(sequence.tokens()).isEqualTo(before);
            }
        }

        private void fork(int at) {
            if (open.size() < 8) {
                open.add(open.get(at).fork());
                tokens.add(new ArrayList<>(tokens.get(at)));
            }
        }

        private void close(int at) {
            open.remove(at).close();
            tokens.remove(at);
        }

        private void truncate(int at) {
            KvSequence sequence = open.get(at);
            int to = 1 + random.nextInt(sequence.tokens());
            sequence.truncate(to);
            List<Integer> known = tokens.get(at);
            known.subList(to, known.size()).clear();
        }

        private void reserveAndAbort(int at) {
            KvSequence sequence = open.get(at);
            int blocks = sequence.blocks();
            sequence.ensureRoom(1 + random.nextInt(9));
            sequence.reserve(1 + random.nextInt(9));
            sequence.abort();
            assertThat(sequence.blocks()).isEqualTo(blocks);
        }

        private void pressure() {
            switch (random.nextInt(3)) {
                case 0 -> pool.reclaim(ReclaimRequest.of(1 + random.nextInt(400)));
                case 1 -> pool.limitBytes((1 + random.nextInt(6)) * 4L * 32);
                default -> pool.reset();
            }
            if (random.nextBoolean()) {
                pool.limitBytes(BLOCKS * 32L);
            }
        }

        void closeAll() {
            while (!open.isEmpty()) {
                close(0);
            }
        }

        /// A token's bytes tell the tenant and all tokens up to it.
        private void writeFrom(KvSequence sequence, List<Integer> known, int from, int to) {
            for (int token = from; token < to; token++) {
                byte[] bytes = bytesOf(sequence.tenant(), known, token);
                sequence.write(
                        token / PER_BLOCK,
                        (long) (token % PER_BLOCK) * bytes.length,
                        MemorySegment.ofArray(bytes));
            }
        }

        void checkBytes() {
            byte[] bytes = new byte[16];
            for (int at = 0; at < open.size(); at++) {
                KvSequence sequence = open.get(at);
                for (int token = 0; token < sequence.tokens(); token++) {
                    sequence.read(
                            token / PER_BLOCK,
                            (long) (token % PER_BLOCK) * bytes.length,
                            MemorySegment.ofArray(bytes));
                    assertThat(bytes)
                            .as("token %d of %s", token, tokens.get(at))
                            .isEqualTo(bytesOf(sequence.tenant(), tokens.get(at), token));
                }
            }
        }

        private static byte[] bytesOf(String tenant, List<Integer> known, int token) {
            byte[] bytes = new byte[16];
            MemorySegment segment = MemorySegment.ofArray(bytes);
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, 0, tenant.hashCode());
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, 4, known.subList(0, token + 1).hashCode());
            segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, token);
            return bytes;
        }
    }
}
