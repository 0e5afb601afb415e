package dev.isobar.kv;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The free list and the table under one lock, as the pool uses them: whatever threads do at once looks
/// like one after the other, to the number of each block.
@Order(1) // before many classes are loaded, all of which it rewrites
@Param(name = "key", gen = IntGen.class, conf = "0:2")
public class BlockTableLincheckTest {

    private static final int BLOCKS = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final BlockTable table =
            new BlockTable(
                    BLOCKS,
                    (_, queues) -> new LruOrder(queues, BlockTable.ORDER_QUEUE),
                    true,
                    TableListener.NOBODY);

    /// The blocks of each thread, which it alone touches.
    private final List<Deque<Integer>> hands =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    public BlockTableLincheckTest() {
        table.arrived(1, BLOCKS);
    }

    /// Takes a free block, or the one that is worth least.
    ///
    /// @return its number, or 0
    @Operation
    public int acquire(@Param(gen = ThreadIdGen.class) int thread) {
        lock.lock();
        try {
            if (table.free() == 0 && table.victim() != BlockTable.NONE) {
                table.drop(table.victim(), RemovalReason.ROOM);
            }
            int block = table.acquire(0);
            if (block != BlockTable.NONE) {
                hands.get(thread).addLast(block);
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the block with some content, if there is one.
    ///
    /// @return its number, or 0
    @Operation
    public int find(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "key") int key) {
        lock.lock();
        try {
            int block = table.find(digest(key), 0);
            if (block != BlockTable.NONE) {
                table.retain(block);
                hands.get(thread).addLast(block);
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    /// Gives the oldest of the thread's blocks some content, if it has none yet.
    ///
    /// @return whether it did
    @Operation
    public boolean keep(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "key") int key) {
        lock.lock();
        try {
            Integer block = hands.get(thread).peekFirst();
            if (block == null || !table.writable(block)) {
                return false;
            }
            table.keep(block, digest(key), 0, BlockTable.NONE);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Lets the oldest of the thread's blocks go.
    ///
    /// @return what is left: free, used and idle blocks
    @Operation
    public String release(@Param(gen = ThreadIdGen.class) int thread) {
        lock.lock();
        try {
            Integer block = hands.get(thread).pollFirst();
            if (block != null) {
                table.release(new int[] {block}, 0, 1);
            }
            table.checkInvariants();
            return table.free() + " " + table.used() + " " + table.idle();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void modelChecking() {
        modelChecking(10, 100);
    }

    @Test
    void stress() {
        stress(10, 500);
    }

    @Tag("stress")
    @Test
    void modelChecking_long() {
        modelChecking(60, 1_000);
    }

    @Tag("stress")
    @Test
    void stress_long() {
        stress(60, 5_000);
    }

    private static DigestChain digest(int key) {
        DigestChain chain = new DigestChain(1);
        chain.add(key * 0x9E3779B97F4A7C15L, key, 0, 0);
        return chain;
    }

    private static void modelChecking(int scenarios, int orders) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(orders)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(BlockTableLincheckTest.class);
    }

    private static void stress(int scenarios, int runs) {
        new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(runs)
                .threads(3)
                .actorsPerThread(3)
                .check(BlockTableLincheckTest.class);
    }
}
