package dev.isobar.pool;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.Resource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.util.LoggingLevel;

/// A small pool for Lincheck's scenarios: numbers as keys, values that mind being freed twice or read
/// afterwards, a clock that ticks each time it is read.
final class ScenarioPool {

    static final long BLOCK_BYTES = 10;

    /// Model checking of scenarios, without stepping through what is not checked: logging, formatting
    /// (which walks through the locales of the JDK), and the test's own books.
    static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .logLevel(LoggingLevel.OFF)
                .addGuarantee(
                        forClasses("dev.isobar.pool.Callbacks", "dev.isobar.pool.PoolConfigBuilder")
                                .allMethods()
                                .ignore())
                .addGuarantee(forClasses("dev.isobar.pool.Room").methods("refusal").ignore())
                .addGuarantee(
                        forClasses("dev.isobar.pool.ScenarioPool")
                                .methods("make", "free", "validate")
                                .ignore());
    }

    final PagedResourcePool<Integer, Block> pool;
    private final Queue<Block> made = new ConcurrentLinkedQueue<>();
    private final Queue<Block> freedTwice = new ConcurrentLinkedQueue<>();
    private final Queue<Lease<Block>> kept = new ConcurrentLinkedQueue<>();
    private final AtomicLong clock = new AtomicLong();

    ScenarioPool(long limitBytes) {
        this(limitBytes, EvictionPriority.lru());
    }

    ScenarioPool(long limitBytes, EvictionPriority<Block> priority) {
        pool =
                new PagedResourcePool<>(
                        PoolConfig.<Integer, Block>builder("scenario")
                                .resource(Resource.HOST)
                                .limitBytes(limitBytes)
                                .sizer(Block::bytes)
                                .estimate(_ -> BLOCK_BYTES)
                                .priority(priority)
                                .closer(this::free)
                                .leakDetection(LeakDetection.OFF)
                                .loadExecutor(Runnable::run)
                                .nanoClock(clock::getAndIncrement)
                                .build());
    }

    /// An answer, or that the pool is closed.
    String guarded(Supplier<String> operation) {
        try {
            return operation.get();
        } catch (PoolClosedException _) {
            return "closed";
        }
    }

    /// What a lease on the key reads, "null" if there is none.
    String read(int key) {
        try (Lease<Block> lease = pool.acquire(key).orElse(null)) {
            return lease == null ? "null" : lease.value().read();
        }
    }

    String put(int key, int content) {
        Block block = make(content);
        boolean stored = false;
        try {
            stored = pool.put(key, block).stored();
            return stored ? "stored" : "refused";
        } finally {
            if (!stored) {
                block.free();
            }
        }
    }

    /// Loads as one does who would rather give up than wait.
    String load(int key, int content) {
        switch (pool.join(key, BLOCK_BYTES)) {
            case Turn.Hit<Block>(Lease<Block> lease) -> {
                try (lease) {
                    return lease.value().read();
                }
            }
            case Turn.Lead<Block>(LoadTicket<Block> ticket) -> {
                try (Lease<Block> lease = ticket.publish(make(content))) {
                    return lease.value().read();
                }
            }
            case Turn.Wait<Block>(PendingLoad<Block> pending) -> {
                pending.close();
                return "given up";
            }
        }
    }

    /// Takes a lease and keeps it.
    void keep(int key) {
        pool.acquire(key).ifPresent(kept::add);
    }

    /// Ends one of the kept leases.
    void release() {
        Lease<Block> lease = kept.poll();
        if (lease != null) {
            lease.value().read();
            lease.close();
            lease.close();
        }
    }

    void reclaim(long bytes) {
        pool.reclaim(ReclaimRequest.of(bytes));
    }

    /// At the end of a scenario: the books are balanced, nothing was freed twice; and when all is
    /// given back, every value has been freed and no byte is charged.
    void validate() {
        check(freedTwice.isEmpty(), "freed twice");
        PoolStats stats = pool.stats();
        long entries = 0;
        for (EntrySnapshot entry : pool.snapshot()) {
            entries += entry.bytes();
        }
        long parts =
                entries + stats.detachedBytes() + stats.bypassedBytes() + stats.reservedBytes();
        check(parts == stats.usedBytes(), "parts " + parts + ", used " + stats.usedBytes());
        check(stats.reservedBytes() == 0, "reserved: " + stats.reservedBytes());
        check(stats.usedBytes() <= stats.limitBytes() || hasLeases(), "over the limit");
        if (!hasLeases()) {
            check(stats.pinnedBytes() == 0, "pinned: " + stats.pinnedBytes());
            reclaim(Long.MAX_VALUE);
            check(pool.usedBytes() == 0, "lost by the victim order: " + pool.usedBytes());
        }
        while (hasLeases()) {
            release();
        }
        pool.close();
        check(pool.usedBytes() == 0, "charged after close: " + pool.usedBytes());
        check(made.stream().allMatch(Block::freed), "not freed");
        check(freedTwice.isEmpty(), "freed twice");
    }

    private boolean hasLeases() {
        return !kept.isEmpty();
    }

    private Block make(int content) {
        Block block = new Block(String.valueOf(content), BLOCK_BYTES);
        made.add(block);
        return block;
    }

    private void free(Block block) {
        if (block.freed()) {
            freedTwice.add(block);
        }
        block.free();
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
