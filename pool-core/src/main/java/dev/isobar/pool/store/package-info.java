/// Warm start: entries and checkpoints on disk that outlive eviction and restart. A store may lose
/// an entry; it never serves a wrong one.
package dev.isobar.pool.store;
