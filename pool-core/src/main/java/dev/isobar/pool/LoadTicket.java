package dev.isobar.pool;

/// The duty to load one key's value, with room reserved for it. It ends with the first call of
/// [#publish], [#fail] or [#close()].
///
/// *Safe for several threads.*
///
/// @param <V> the type of values
public interface LoadTicket<V> extends AutoCloseable {

    /// Puts the value into the pool, which owns it from now on, and wakes all who wait for it.
    ///
    /// A value that is larger than the pool bypasses it: the lease, and those of the waiters, work
    /// as usual, and the value is freed when the last of them ends. So does a value whose key was
    /// invalidated while it was being loaded. If the key got another value meanwhile, that one is
    /// kept and leased, and this one freed.
    ///
    /// @return a lease on the value, the caller's to close
    /// @throws dev.isobar.broker.ResourceRefusedException if the value is larger than estimated and
    ///     the pool can make no room; the value is freed, and the waiters get the same exception
    /// @throws PoolClosedException if the pool was closed meanwhile; the value is freed
    /// @throws IllegalStateException if the ticket is used up; the value stays the caller's
    Lease<V> publish(V value);

    /// Gives up: nothing is cached, and all who wait get a [LoadFailedException] with this cause.
    /// No effect if the ticket is used up.
    void fail(Throwable cause);

    /// Gives up if neither published nor failed yet. Idempotent.
    @Override
    void close();
}
