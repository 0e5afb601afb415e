package dev.isobar.broker.admission;

/// What the supplies said before a decision.
///
/// @param capacity by supply
/// @param free by supply, only of meaning for measured ones
/// @param failed one bit for each supply that did not answer: of it nothing is free
/// @param usedBefore what the ledger's [Ledger#usedEver()] was before the supplies were asked
@SuppressWarnings("ArrayRecordComponent") // never compared
record Levels(long[] capacity, long[] free, long failed, long[] usedBefore) {

    boolean hasFailed(int supply) {
        return (failed & (1L << supply)) != 0;
    }
}
