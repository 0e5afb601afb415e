package dev.isobar.kv;

/// Is told what happens in a [BlockTable], with the pool's lock held.
interface TableListener {

    /// Nobody listens.
    TableListener NOBODY = new TableListener() {};

    /// A tenant has one block more.
    default void charged(int tenant) {}

    /// A tenant has one block less.
    default void discharged(int tenant) {}

    /// The content of a block is about to leave; all about it can still be read.
    default void removed(int block, RemovalReason reason) {}
}
