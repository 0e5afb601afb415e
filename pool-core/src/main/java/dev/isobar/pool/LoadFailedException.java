package dev.isobar.pool;

/// A value could not be loaded. The loader's own exception is the cause; nothing was cached, so the
/// next caller tries again.
public final class LoadFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// @param pool the pool's name
    /// @param key the key whose value was wanted
    /// @param cause what the loader threw
    public LoadFailedException(String pool, String key, Throwable cause) {
        super("pool " + pool + ": loading " + key + " failed: " + cause, cause);
    }
}
