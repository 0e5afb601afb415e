package dev.isobar.lora;

import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.memory.load.LoadError;
import dev.isobar.memory.load.LoadException;
import dev.isobar.pool.Lease;
import dev.isobar.pool.LoadFailedException;
import dev.isobar.pool.LoadTicket;
import dev.isobar.pool.Loader;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PendingLoad;
import dev.isobar.pool.PoolClosedException;
import dev.isobar.pool.Turn;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// On which thread an adapter is loaded: that of the first who asks for it. It would have to wait anyway,
/// and to wake another thread, and be woken by it, takes as long as to read some MiB.
///
/// Two kinds of threads leave it to one of these: a virtual one, because a read keeps its carrier, and one
/// that is interrupted while it loads. It need not wait, and those who wait for its load are not disturbed.
///
/// *Safe for several threads.*
final class LoadThreads implements Executor, AutoCloseable {

    private static final ThreadFactory FACTORY =
            Thread.ofPlatform().daemon().name("isobar-lora-", 0).factory();

    /// They end a minute after their last load.
    private final ExecutorService threads = Executors.newCachedThreadPool(FACTORY);

    /// Leases an adapter, loading it if it is not in the pool.
    ///
    /// @param pool whose load executor this is
    /// @param bytes how much to reserve for it
    /// @throws LoadFailedException if the load failed
    /// @throws ResourceRefusedException if there is no room
    /// @throws InterruptedException if this thread was interrupted; the load goes on
    Lease<ResidentAdapter> acquire(
            PagedResourcePool<KnownAdapter, ResidentAdapter> pool,
            KnownAdapter adapter,
            long bytes,
            Loader<KnownAdapter, ResidentAdapter> loader)
            throws InterruptedException {
        if (Thread.currentThread().isVirtual()) {
            return pool.acquire(adapter, loader);
        }
        return switch (pool.join(adapter, bytes)) {
            case Turn.Hit<ResidentAdapter>(Lease<ResidentAdapter> lease) -> lease;
            case Turn.Wait<ResidentAdapter>(PendingLoad<ResidentAdapter> pending) -> {
                try (pending) {
                    yield pending.await();
                }
            }
            case Turn.Lead<ResidentAdapter>(LoadTicket<ResidentAdapter> ticket) -> {
                try {
                    yield ticket.publish(loader.load(adapter));
                } catch (Throwable t) {
                    if (stoppedByInterrupt(t)) {
                        handOver(ticket, adapter, loader);
                        throw new InterruptedException("while loading " + adapter);
                    }
                    ticket.fail(t);
                    throw asFailure(pool, adapter, t);
                }
            }
        };
    }

    @Override
    public void execute(Runnable load) {
        threads.execute(load);
    }

    /// Lets loads that are under way end, and begins no other.
    @Override
    public void close() {
        threads.shutdown();
    }

    /// Whether a load ended because of an interrupt, which is taken back then.
    private static boolean stoppedByInterrupt(Throwable failure) {
        return failure instanceof LoadException e
                && e.code() == LoadError.CANCELLED
                && Thread.interrupted();
    }

    private void handOver(
            LoadTicket<ResidentAdapter> ticket,
            KnownAdapter adapter,
            Loader<KnownAdapter, ResidentAdapter> loader) {
        try {
            threads.execute(() -> load(ticket, adapter, loader));
        } catch (Throwable t) { // it was closed, or is out of threads
            ticket.fail(t);
        }
    }

    private static void load(
            LoadTicket<ResidentAdapter> ticket,
            KnownAdapter adapter,
            Loader<KnownAdapter, ResidentAdapter> loader) {
        try {
            ticket.publish(loader.load(adapter)).close();
        } catch (Throwable t) {
            ticket.fail(t); // no effect if publishing has failed: everybody knows then
        }
    }

    /// What those get who wait for the load.
    private static RuntimeException asFailure(
            PagedResourcePool<?, ?> pool, KnownAdapter adapter, Throwable cause) {
        return switch (cause) {
            case ResourceRefusedException refused -> refused;
            case PoolClosedException closed -> closed;
            default -> new LoadFailedException(pool.name(), adapter.name, cause);
        };
    }
}
