package dev.isobar.kv;

/// Is told what happens in a [BlockTable], with the pool's lock held.
interface TableListener {

    /// Nobody listens.
    TableListener NOBODY = new TableListener() {};

    /// A tenant has one block more.
    default void charged(int tenant) {}

    /// A tenant has one block less.
    default void discharged(int tenant) {}

    /// Nobody uses one of the tenant's blocks any more; its content stays.
    default void idled(int tenant) {}

    /// An idle block of the tenant is used again, or goes.
    default void woken(int tenant) {}

    /// A block has content that can be found.
    default void stored(int block) {}

    /// The content of a block is about to leave; all about it can still be read.
    default void removed(int block, RemovalReason reason) {}
}
