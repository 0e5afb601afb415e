package dev.isobar.pool;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// A place in the queue for a value that somebody else is loading.
///
/// *One thread only* for [#await()]; [#close()] may be called from any.
///
/// @param <V> the type of values
public interface PendingLoad<V> extends AutoCloseable {

    /// Waits for the value. Can succeed once.
    ///
    /// @return a lease on it, the caller's to close
    /// @throws LoadFailedException if it could not be loaded
    /// @throws dev.isobar.broker.ResourceRefusedException if there is no room for it
    /// @throws PoolClosedException if the pool was closed
    /// @throws InterruptedException if this thread was interrupted; the load goes on
    Lease<V> await() throws InterruptedException;

    /// Waits for the value, up to a time. After a timeout, one may wait again.
    ///
    /// @throws TimeoutException if it is not there in time; the load goes on
    Lease<V> await(Duration timeout) throws InterruptedException, TimeoutException;

    /// Stops waiting. Idempotent; no effect on the load or on others, nor on a lease already given.
    @Override
    void close();
}
