package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockTableTest {

    private static final BlockCost COST = BlockCost.of(PrefillCost.DEFAULT, 16);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void metadata_isAtMost64BytesABlock() {
        assertThat(BlockTable.BYTES_PER_BLOCK).isLessThanOrEqualTo(64);
        int blocks = 200_000;
        table(KvPolicy.LRU, 1_000); // classes are loaded
        long before = THREADS.getCurrentThreadAllocatedBytes();
        BlockTable table = table(KvPolicy.LRU, blocks);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(table.blocks()).isEqualTo(blocks);
        assertThat(bytes).isLessThanOrEqualTo(64L * blocks + 2_000); // the arrays themselves
    }

    @ParameterizedTest
    @EnumSource(KvPolicy.class)
    void operations_allocateNothing(KvPolicy policy) {
        BlockTable table = table(policy, 256);
        DigestChain[] chains = new DigestChain[64];
        for (int at = 0; at < chains.length; at++) {
            chains[at] = new DigestChain(8);
            for (int block = 0; block < 8; block++) {
                chains[at].add((at * 8L + block) * 0x9E3779B97F4A7C15L, at, block, 0);
            }
        }
        int[] path = new int[8];
        rounds(table, chains, path, 200);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        rounds(table, chains, path, 200);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).isLessThan(200 * 8); // less than a byte for each block
        table.checkInvariants();
    }

    /// Far beyond the 8,192 after which generations once began again.
    @Test
    void generation_changesWheneverABlockIsFree_andIsNotThereAgainSoon() {
        BlockTable table = table(KvPolicy.LRU, 1);
        int first = table.generation(1);
        for (int holder = 1; holder <= 300_000; holder++) {
            table.release(new int[] {table.acquire(Character.MAX_VALUE)}, 0, 1);
            assertThat(table.generation(1)).isEqualTo(first + holder);
        }
        assertThat(table.isFree(1)).isTrue();
        assertThat(table.acquire(7)).isEqualTo(1);
        assertThat(table.tenant(1)).isEqualTo(7);
        table.checkInvariants();
    }

    @Test
    void retain_byMoreThanCanBeCounted_isRefused() {
        BlockTable table = table(KvPolicy.LRU, 1);
        DigestChain chain = new DigestChain(1);
        chain.add(1, 2, 3, 4);
        int block = table.acquire(0);
        table.keep(block, chain, 0, BlockTable.NONE);
        for (int users = 1; users < BlockFacts.MOST_USERS; users++) {
            table.retain(block);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> table.retain(block))
                .withMessage("too many users of block 1 (kept, users=65535, children=0)");
        assertThat(table.users(block)).isEqualTo(65_535);
    }

    @Test
    void content_isSaidOnce_untilTheBlockWasFree() {
        BlockTable table = table(KvPolicy.LRU, 1);
        DigestChain chain = new DigestChain(2);
        chain.add(1, 2, 3, 4);
        chain.add(5, 6, 7, 8);
        assertThat(table.users(1)).isZero();
        assertThat(table.kept(1)).isFalse();
        int block = table.acquire(0);
        table.keep(block, chain, 0, BlockTable.NONE);
        assertThatIllegalStateException()
                .isThrownBy(() -> table.keep(block, chain, 1, BlockTable.NONE));
        assertThat(table.find(chain, 0)).isEqualTo(block);
        assertThat(table.find(chain, 1)).isEqualTo(BlockTable.NONE);
        table.release(new int[] {block}, 0, 1);
        table.drop(block, RemovalReason.ROOM);
        assertThat(table.kept(1)).isFalse();
        table.keep(table.acquire(0), chain, 1, BlockTable.NONE);
        assertThat(table.find(chain, 0)).isEqualTo(BlockTable.NONE);
        assertThat(table.find(chain, 1)).isEqualTo(block);
        table.checkInvariants();
    }

    @Test
    void drop_ofABlockInUse_isRefused() {
        BlockTable table = table(KvPolicy.LRU, 2);
        int block = table.acquire(0);
        assertThatIllegalStateException()
                .isThrownBy(() -> table.drop(block, RemovalReason.ROOM))
                .withMessageContaining("1 (blank, users=1");
        assertThatIllegalStateException().isThrownBy(() -> table.retain(2));
        table.checkInvariants();
    }

    private static void rounds(BlockTable table, DigestChain[] chains, int[] path, int rounds) {
        for (int round = 0; round < rounds; round++) {
            DigestChain chain = chains[round * 31 % chains.length];
            table.order().requested(chain, 0, round);
            for (int at = 0; at < 8; at++) {
                path[at] = table.find(chain, at);
                if (path[at] != BlockTable.NONE) {
                    table.retain(path[at]);
                    continue;
                }
                if (table.free() == 0) {
                    table.drop(table.victim(), RemovalReason.ROOM);
                }
                path[at] = table.acquire(0);
                table.keep(path[at], chain, at, at == 0 ? BlockTable.NONE : path[at - 1]);
            }
            table.release(path, 0, 8);
        }
    }

    private static BlockTable table(KvPolicy policy, int blocks) {
        BlockTable table =
                new BlockTable(blocks, policy.factory(() -> 0L, COST), true, TableListener.NOBODY);
        table.arrived(1, blocks);
        return table;
    }
}
