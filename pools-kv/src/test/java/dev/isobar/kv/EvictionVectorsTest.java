package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TensorRT-LLM's vectors of priorities, and the lineage vectors of KVBM, on a table without bytes.
class EvictionVectorsTest {

    private static final BlockCost COST = BlockCost.of(PrefillCost.DEFAULT, 16);

    private long nowMillis;
    private long nextKey;

    @Test
    void t1_counts_ofTwoLevels() {
        BlockTable primary = table(KvPolicy.PRIORITY, 8);
        BlockTable secondary = table(KvPolicy.PRIORITY, 4);
        assertThat(primary.free()).isEqualTo(8);
        assertThat(secondary.free()).isEqualTo(4);
        primary.acquire(0);
        assertThat(primary.free()).isEqualTo(7);
        assertThat(secondary.free()).isEqualTo(4);
        secondary.acquire(0);
        assertThat(primary.free()).isEqualTo(7);
        assertThat(secondary.free()).isEqualTo(3);
    }

    @Test
    void t2_aFreeBlock_hasNoUsers() {
        BlockTable table = table(KvPolicy.PRIORITY, 8);
        assertThat(table.users(table.firstFree())).isZero();
        assertThat(table.isFree(table.firstFree())).isTrue();
    }

    @Test
    void t3_blankBlock_isNextAgain_aKeptOneIsNot() {
        BlockTable table = table(KvPolicy.PRIORITY, 8);
        int blank = table.acquire(0);
        release(table, blank);
        assertThat(table.firstFree()).isEqualTo(blank);
        int kept = kept(table, BlockTable.NONE);
        release(table, kept);
        assertThat(table.firstFree()).isNotEqualTo(kept);
    }

    @Test
    void t4_leastRecentlyReleased_goesFirst() {
        BlockTable table = table(KvPolicy.PRIORITY, 8);
        int b1 = kept(table, BlockTable.NONE);
        int b2 = kept(table, BlockTable.NONE);
        release(table, b2);
        release(table, b1);
        for (int i = 0; i < 6; i++) {
            table.acquire(0);
        }
        assertThat(table.firstFree()).isEqualTo(BlockTable.NONE);
        assertThat(evict(table)).isEqualTo(b2);
        assertThat(evict(table)).isEqualTo(b1);
    }

    @Test
    void t5_lowPriority_goesFirst() {
        BlockTable table = table(KvPolicy.PRIORITY, 8);
        int high = kept(table, BlockTable.NONE);
        table.order().retain(high, 80, 0);
        int low = kept(table, BlockTable.NONE);
        table.order().retain(low, 5, 0);
        int usual = kept(table, BlockTable.NONE);
        int highest = kept(table, BlockTable.NONE);
        table.order().retain(highest, 100, 0);
        release(table, highest);
        release(table, high);
        release(table, usual);
        release(table, low);
        assertThat(evict(table)).isEqualTo(low);
        assertThat(evict(table)).isEqualTo(usual);
        assertThat(evict(table)).isEqualTo(high);
        assertThat(evict(table)).isEqualTo(highest);
    }

    @Test
    void t6_priority_endsSoLongAfterTheRelease() {
        BlockTable table = table(KvPolicy.PRIORITY, 8);
        PriorityOrder order = (PriorityOrder) table.order();
        int one = kept(table, BlockTable.NONE);
        order.retain(one, 80, millis(1));
        release(table, one);
        order.expire();
        assertThat(order.priority(one)).isEqualTo(80);
        nowMillis = 2;
        order.expire();
        assertThat(order.priority(one)).isEqualTo(35);
        table.drop(one, RemovalReason.ROOM);

        int b1 = kept(table, BlockTable.NONE);
        order.retain(b1, 80, millis(3));
        int b2 = kept(table, BlockTable.NONE);
        order.retain(b2, 50, millis(8));
        nowMillis = 5;
        release(table, b1);
        release(table, b2);
        assertThat(table.victim()).isEqualTo(b2);
        nowMillis = 9;
        assertThat(table.victim()).isEqualTo(b1);
    }

    @Test
    void t7_ranges_outOfOrderOrOpenOrNegative_areRefused() {
        var level = new Retention.Level(80, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Retention(
                                List.of(
                                        new Retention.Range(0, null, level),
                                        new Retention.Range(64, 128, level)),
                                null))
                .withMessageContaining("open");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention.Range(10, 5, level))
                .withMessageContaining("10");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Retention(
                                List.of(
                                        new Retention.Range(0, 64, level),
                                        new Retention.Range(63, 128, level)),
                                null))
                .withMessageContaining("overlap");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0-64:80 64-128:50  | 64 | 256 | 80 50 - -",
                "0-63:80 63-127:30  | 32 | 127 | 80 80 30 30",
                "0-1:80 1-2:5       | 32 | 128 | 80 - - -",
                "0-128:80           | 256| 192 | 80",
                "0-65:80 65-129:30  | 64 | 192 | 80 80 30",
                "0-64:80 129-inf:50 | 64 | 256 | 80 - - 50",
                "0-64:80 66-67:50   | 64 | 256 | 80 - - -",
                "127-193:80         | 64 | 256 | - - 80 80",
                "127-193:80         | 64 | 32  | -",
                "1-inf:80           | 64 | 128 | - 80",
            })
    void t8_block_hasTheLevelOfItsFirstToken(
            String ranges, int perBlock, int length, String expected) {
        Retention retention =
                new Retention(Stream.of(ranges.split(" ")).map(this::range).toList(), null);
        String actual = "";
        for (int at = 0; at * perBlock < length; at++) {
            Retention.Level level = retention.levelOf(at * perBlock, length);
            actual += (at == 0 ? "" : " ") + (level == null ? "-" : level.priority());
        }
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void retention_ofGeneratedTokens_isItsOwn() {
        Retention retention =
                new Retention(
                        List.of(new Retention.Range(0, null, new Retention.Level(80, null))),
                        new Retention.Level(10, Duration.ofMillis(5)));
        assertThat(retention.levelOf(32, 33)).extracting("priority").isEqualTo(80);
        assertThat(retention.levelOf(48, 33)).extracting("priority").isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"LRU", "FIFO", "LFU", "SLRU", "ARC", "PRIORITY"})
    void k1_child_goesBeforeItsParent(KvPolicy policy) {
        BlockTable table = table(policy, 4);
        int parent = kept(table, BlockTable.NONE);
        int child = kept(table, parent);
        table.release(new int[] {parent, child}, 0, 2);
        assertThat(leaves(table)).isEqualTo(1);
        assertThat(table.mayGo(child)).isTrue();
        assertThat(evict(table)).isEqualTo(child);
        assertThat(evict(table)).isEqualTo(parent);
        assertThat(table.victim()).isEqualTo(BlockTable.NONE);
        table.checkInvariants();
    }

    @Test
    void k3_twoChains_haveTwoLeaves() {
        BlockTable table = table(KvPolicy.LFU, 6);
        int[] one = chain(table, 3);
        int[] two = chain(table, 3);
        table.release(one, 0, 3);
        table.release(two, 0, 3);
        assertThat(leaves(table)).isEqualTo(2);
        assertThat(evict(table)).isEqualTo(one[2]);
        assertThat(table.idle()).isEqualTo(5);
        assertThat(leaves(table)).isEqualTo(2);
        table.checkInvariants();
    }

    @Test
    void k4_parentKeepsItsOldPlace() {
        BlockTable table = table(KvPolicy.LRU, 4);
        int[] ab = chain(table, 2);
        int[] xy = chain(table, 2);
        table.release(ab, 0, 2);
        table.release(xy, 0, 2);
        assertThat(HandOut.order(table)).containsExactly(ab[1], ab[0], xy[1], xy[0]);
    }

    @Test
    void k5_deepChain_goesFromItsEnd_withoutRecursion() {
        BlockTable table = table(KvPolicy.LFU, 1_000);
        int[] deep = chain(table, 1_000);
        table.release(deep, 0, deep.length);
        assertThat(leaves(table)).isEqualTo(1);
        for (int at = deep.length - 1; at >= 0; at--) {
            assertThat(evict(table)).isEqualTo(deep[at]);
            assertThat(table.mayGo(deep[Math.max(0, at - 1)])).isEqualTo(at > 0);
        }
        assertThat(leaves(table)).isZero();
        assertThat(table.idle()).isZero();
        table.checkInvariants();
    }

    @Test
    void p15_blocksWithOneDigest_leaveOneByOne() {
        BlockTable table = table(KvPolicy.LRU, 4);
        DigestChain digests = new DigestChain(3);
        for (long key = 1; key <= 3; key++) {
            digests.add(key << 40, key, key, key);
        }
        int[] of = {0, 1, 2, 0};
        int[] blocks = new int[4];
        for (int at = 0; at < 4; at++) {
            blocks[at] = table.acquire(0);
            table.keep(blocks[at], digests, of[at], BlockTable.NONE);
        }
        assertThat(table.find(digests, 0)).isEqualTo(blocks[0]);
        assertThat(table.indexed()).isEqualTo(4);
        dropUsed(table, blocks[1]);
        assertThat(table.find(digests, 1)).isEqualTo(BlockTable.NONE);
        assertThat(table.indexed()).isEqualTo(3);
        dropUsed(table, blocks[0]);
        assertThat(table.find(digests, 0)).isEqualTo(blocks[3]);
        assertThat(table.twin(blocks[3])).isFalse();
        dropUsed(table, blocks[2]);
        assertThat(table.find(digests, 2)).isEqualTo(BlockTable.NONE);
        assertThat(table.indexed()).isEqualTo(1);
        dropUsed(table, blocks[3]);
        assertThat(table.find(digests, 0)).isEqualTo(BlockTable.NONE);
        assertThat(table.indexed()).isZero();
        table.checkInvariants();
    }

    private static void dropUsed(BlockTable table, int block) {
        release(table, block);
        if (table.idle(block)) {
            table.drop(block, RemovalReason.DROPPED);
        }
    }

    private BlockTable table(KvPolicy policy, int blocks) {
        BlockTable table =
                new BlockTable(
                        blocks,
                        policy.factory(() -> millis(nowMillis), COST),
                        true,
                        TableListener.NOBODY);
        table.arrived(1, blocks);
        return table;
    }

    private int[] chain(BlockTable table, int length) {
        int[] path = new int[length];
        for (int at = 0; at < length; at++) {
            path[at] = kept(table, at == 0 ? BlockTable.NONE : path[at - 1]);
        }
        return path;
    }

    private int kept(BlockTable table, int parent) {
        DigestChain digest = new DigestChain(1);
        long key = ++nextKey;
        digest.add(key * 0x9E3779B97F4A7C15L, key, 0, 0);
        int block = table.acquire(0);
        table.keep(block, digest, 0, parent);
        return block;
    }

    private static int evict(BlockTable table) {
        int victim = table.victim();
        table.drop(victim, RemovalReason.ROOM);
        return victim;
    }

    private static int leaves(BlockTable table) {
        int leaves = 0;
        for (int block = 1; block <= table.blocks(); block++) {
            leaves += table.mayGo(block) ? 1 : 0;
        }
        return leaves;
    }

    private static void release(BlockTable table, int block) {
        table.release(new int[] {block}, 0, 1);
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    private Retention.Range range(String text) {
        String[] parts = text.split("[-:]");
        Integer to = parts[1].equals("inf") ? null : Integer.valueOf(parts[1]);
        return new Retention.Range(
                Integer.parseInt(parts[0]),
                to,
                new Retention.Level(Integer.parseInt(parts[2]), null));
    }
}
