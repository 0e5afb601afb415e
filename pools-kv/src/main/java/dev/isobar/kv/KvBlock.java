package dev.isobar.kv;

/// A block as one holder has it: its number, and how often it had been free before. When the block is freed
/// and goes on to somebody else, handles from before fail with a [StaleBlockException].
///
/// *Immutable.* Generations begin again after 536,870,912 holders.
///
/// @param pool the name of the pool
/// @param number the number of the block, from 1
/// @param generation which holder it was given to
public record KvBlock(String pool, int number, int generation) {}
