package dev.isobar.pool;

/// A closed pool was asked for something new. Leases that are still open stay valid.
public final class PoolClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /// @param pool the pool's name
    public PoolClosedException(String pool) {
        super("pool " + pool + " is closed");
    }
}
