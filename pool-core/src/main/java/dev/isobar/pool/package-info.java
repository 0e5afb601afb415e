/// Entries: bounded pools of keyed values with a size in bytes, from which the least valuable go
/// first.
package dev.isobar.pool;
