package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A pool above two tiers, all with real bytes, and what is known of it from outside: which sequences are
/// open, with which tokens, and what each tenant has written since the last reset.
final class KvTierModel {

    private static final int PER_BLOCK = 2;
    private static final int TOKEN_BYTES = 16;
    private static final int BLOCK_BYTES = PER_BLOCK * TOKEN_BYTES;
    private static final int BLOCKS = 16;
    private static final int MOST_OPEN = 6;
    private static final List<String> TENANTS = List.of("blue", "red");

    private record Open(KvSequence sequence, List<Integer> tokens) {}

    /// A tenant and the tokens of whole blocks.
    private record Prefix(String tenant, List<Integer> tokens) {}

    private final MemorySpace above = Pools.space();
    private final MemorySpace below = Pools.space();
    private final KvTier last = new KvTier(tierConfig("last", 20), below);
    private final KvTier first = new KvTier(tierConfig("first", 6), below, last);
    private final KvPool pool;
    private final List<Open> open = new ArrayList<>();
    private final List<Prefix> closed = new ArrayList<>();
    private final Set<Prefix> written = new HashSet<>();
    private final RouterModel router = new RouterModel();

    KvTierModel(KvPolicy policy) {
        KvPoolConfig config =
                Pools.config(PER_BLOCK, BLOCKS)
                        .blocksPerSegment(2)
                        .policy(policy)
                        .events(40)
                        .share("blue", new TenantShare(2 * BLOCK_BYTES, 14 * BLOCK_BYTES, 2))
                        .build();
        pool = new KvPool(config, above, first);
    }

    private static KvTierConfig tierConfig(String name, int blocks) {
        return KvTierConfig.of(name, Pools.shape(PER_BLOCK), blocks);
    }

    void open(int tenant, List<Integer> prompt) {
        if (open.size() < MOST_OPEN) {
            open(TENANTS.get(tenant % TENANTS.size()), prompt);
        }
    }

    /// Opens what was open before, perhaps for the other tenant.
    void reopen(int which) {
        if (!closed.isEmpty() && open.size() < MOST_OPEN) {
            Prefix again = closed.get(which % closed.size());
            boolean same = which % 5 > 0;
            open(same ? again.tenant() : other(again.tenant()), again.tokens());
        }
    }

    private static String other(String tenant) {
        return TENANTS.get(1 - TENANTS.indexOf(tenant));
    }

    private void open(String tenant, List<Integer> prompt) {
        KvSequence sequence = pool.open(prompt(tenant, prompt));
        open.add(new Open(sequence, new ArrayList<>(prompt)));
        checkFound(sequence, prompt);
        compute(open.getLast());
    }

    private static KvPrompt prompt(String tenant, List<Integer> tokens) {
        return KvPrompt.of(tokens.stream().mapToInt(Integer::intValue).toArray()).forTenant(tenant);
    }

    /// What was found, the tenant itself has written since the last reset.
    private void checkFound(KvSequence sequence, List<Integer> prompt) {
        int found = sequence.cachedTokens();
        assertThat(found).isEqualTo(sequence.tokens()).isLessThan(prompt.size());
        if (found > 0) {
            assertThat(written)
                    .contains(new Prefix(sequence.tenant(), List.copyOf(prompt.subList(0, found))));
        }
    }

    private void compute(Open one) {
        KvSequence sequence = one.sequence();
        int left = sequence.remainingTokens();
        if (left == 0) {
            return;
        }
        if (sequence.reserve(left) instanceof Room.Ready) {
            writeFrom(one, sequence.tokens());
            sequence.commit(left);
            remember(one);
        } else {
            close(open.indexOf(one));
        }
    }

    void append(int which, List<Integer> more) {
        if (open.isEmpty()) {
            return;
        }
        Open one = open.get(which % open.size());
        int before = one.sequence().tokens();
        if (one.sequence().reserve(more.size()) instanceof Room.Ready) {
            one.tokens().addAll(more);
            writeFrom(one, before);
            one.sequence().commit(more.stream().mapToInt(Integer::intValue).toArray());
            remember(one);
        } else {
            assertThat(one.sequence().tokens()).isEqualTo(before);
        }
    }

    private void remember(Open one) {
        for (int to = PER_BLOCK; to <= one.tokens().size(); to += PER_BLOCK) {
            List<Integer> prefix = List.copyOf(one.tokens().subList(0, to));
            written.add(new Prefix(one.sequence().tenant(), prefix));
        }
    }

    void fork(int which) {
        if (!open.isEmpty() && open.size() < MOST_OPEN) {
            Open one = open.get(which % open.size());
            open.add(new Open(one.sequence().fork(), new ArrayList<>(one.tokens())));
        }
    }

    void abort(int which) {
        if (!open.isEmpty()) {
            KvSequence sequence = open.get(which % open.size()).sequence();
            int blocks = sequence.blocks();
            sequence.ensureRoom(1 + which % 9);
            sequence.reserve(1 + which % 7);
            sequence.abort();
            assertThat(sequence.blocks()).isEqualTo(blocks);
        }
    }

    void truncate(int which) {
        if (!open.isEmpty()) {
            Open one = open.get(which % open.size());
            int to = 1 + which % one.sequence().tokens();
            one.sequence().truncate(to);
            one.tokens().subList(to, one.tokens().size()).clear();
        }
    }

    void close(int which) {
        if (!open.isEmpty()) {
            Open one = open.remove(which % open.size());
            closed.add(new Prefix(one.sequence().tenant(), List.copyOf(one.tokens())));
            one.sequence().close();
        }
    }

    void reclaim(int bytes) {
        long before = above.usedBytes();
        long freed = pool.reclaim(ReclaimRequest.of(1 + bytes % 200)).freedBytes();
        assertThat(above.usedBytes()).isEqualTo(before - freed);
    }

    void limit(int pages) {
        pool.limitBytes((pages % 9) * 2L * BLOCK_BYTES);
        if (pages % 3 > 0) {
            pool.limitBytes(BLOCKS * (long) BLOCK_BYTES);
        }
    }

    /// Stores by hand what is open.
    void offload(int which) {
        if (!open.isEmpty()) {
            (which % 2 == 0 ? first : last).store(open.get(which % open.size()).sequence());
        }
    }

    /// Loads by hand, into a sequence that looked nothing up.
    void load(int which) {
        if (closed.isEmpty() || open.size() >= MOST_OPEN) {
            return;
        }
        Prefix again = closed.get(which % closed.size());
        KvSequence sequence = pool.open(prompt(again.tenant(), again.tokens()).withoutLookup());
        Open one = new Open(sequence, new ArrayList<>(again.tokens()));
        open.add(one);
        int came = (which % 2 == 0 ? first : last).load(sequence);
        assertThat(sequence.tokens()).isEqualTo(came);
        if (came > 0) {
            assertThat(written)
                    .contains(
                            new Prefix(
                                    again.tenant(), List.copyOf(again.tokens().subList(0, came))));
        }
        compute(one);
    }

    /// Turns bits of a place in a tier over, whatever is in it.
    void corrupt(int slot) {
        KvTier tier = slot % 2 == 0 ? first : last;
        byte[] one = new byte[1];
        int block = 1 + slot % tier.ledger().table().blocks();
        tier.memory().read(block, slot % BLOCK_BYTES, MemorySegment.ofArray(one));
        one[0] ^= 0x55;
        tier.memory().write(block, slot % BLOCK_BYTES, MemorySegment.ofArray(one));
    }

    void reset(int any) {
        boolean nobody = open.isEmpty();
        assertThat(pool.reset()).isEqualTo(nobody);
        if (nobody) {
            written.clear();
            assertThat(pool.stats().idleBlocks()).isZero();
            assertThat(first.stats().heldBlocks()).isZero();
            assertThat(last.stats().heldBlocks()).isZero();
        }
    }

    /// A router that did not listen for a while is in step again.
    void hear() {
        router.follow(pool);
        router.assertInStep(pool);
        for (Prefix each : closed.subList(Math.max(0, closed.size() - 3), closed.size())) {
            KvPrompt prompt = prompt(each.tenant(), each.tokens());
            assertThat(router.match(pool.resource().name(), prompt, PER_BLOCK))
                    .isEqualTo(pool.peek(prompt));
        }
    }

    void checkCounts() {
        pool.checkInvariants();
        first.ledger().table().checkInvariants();
        last.ledger().table().checkInvariants();
        assertThat(pool.stats().leavingBlocks()).isZero();
        assertThat(pool.usage().usedBytes()).isEqualTo(above.usedBytes());
        assertThat(first.stats().failures() + last.stats().failures()).isZero();
        assertThat(first.ledger().table().used() + last.ledger().table().used()).isZero();
    }

    void checkBytes() {
        byte[] bytes = new byte[TOKEN_BYTES];
        for (Open one : open) {
            for (int token = 0; token < one.sequence().tokens(); token++) {
                one.sequence()
                        .read(
                                token / PER_BLOCK,
                                (long) (token % PER_BLOCK) * TOKEN_BYTES,
                                MemorySegment.ofArray(bytes));
                assertThat(bytes)
                        .as("token %d of %s of %s", token, one.tokens(), one.sequence().tenant())
                        .isEqualTo(bytesOf(one.sequence().tenant(), one.tokens(), token));
            }
        }
    }

    /// Everything comes back at the end.
    void close() {
        while (!open.isEmpty()) {
            close(0);
        }
        checkCounts();
        assertThat(pool.stats().usedBlocks()).isZero();
        hear();
        pool.close();
        router.follow(pool);
        router.assertInStep(pool);
        assertThat(pool.index().blocks()).isEmpty();
        first.close();
        last.close();
        assertThat(above.usedBytes()).isZero();
        assertThat(below.usedBytes()).isZero();
        above.close();
        below.close();
    }

    private static void writeFrom(Open one, int from) {
        for (int token = from; token < one.tokens().size(); token++) {
            one.sequence()
                    .write(
                            token / PER_BLOCK,
                            (long) (token % PER_BLOCK) * TOKEN_BYTES,
                            MemorySegment.ofArray(
                                    bytesOf(one.sequence().tenant(), one.tokens(), token)));
        }
    }

    /// A token's bytes tell the tenant and all tokens up to it.
    private static byte[] bytesOf(String tenant, List<Integer> known, int token) {
        byte[] bytes = new byte[TOKEN_BYTES];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, 0, tenant.hashCode());
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, 4, known.subList(0, token + 1).hashCode());
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, token);
        return bytes;
    }
}
