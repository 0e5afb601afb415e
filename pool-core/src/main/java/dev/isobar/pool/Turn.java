package dev.isobar.pool;

/// What a caller who wants a key's value gets at once. Exhaustive: a `switch` over it needs no
/// `default`.
///
/// The building block for loading many keys with one call: join them all, load and publish those
/// that you lead, and only then await those that others lead; so no two callers wait for each other.
///
/// @param <V> the type of values
public sealed interface Turn<V> {

    /// The value is here.
    ///
    /// @param lease a lease on it, the caller's to close
    record Hit<V>(Lease<V> lease) implements Turn<V> {}

    /// The value is not here, nobody is loading it, and room for it is reserved: this caller loads.
    ///
    /// @param ticket to publish or fail; closing it unused is a failure
    record Lead<V>(LoadTicket<V> ticket) implements Turn<V> {}

    /// The value is not here, but another caller is loading it.
    ///
    /// @param pending to await or close
    record Wait<V>(PendingLoad<V> pending) implements Turn<V> {}
}
