package dev.isobar.pool;

/// One way to choose victims, as settings of one rule: see [AdaptiveOrder].
///
/// @param name for people
/// @param growth how the worth of an entry grows with its uses
/// @param windowShare the part of the pool that newcomers pass first; 0: they go into the main part at
///     once, and nobody has to prove anything
/// @param factor how many times as much a newcomer must promise as the victim in whose place it wants
/// @param pass one in so many newcomers needs no promise; 0: none
record AdaptiveRule(String name, Growth growth, double windowShare, double factor, int pass) {

    enum Growth {
        USES,
        ROOT,
        NONE
    }

    /// The worth of one unit after so many uses.
    double weight(int uses) {
        return switch (growth) {
            case USES -> uses;
            case ROOT -> Math.sqrt(uses);
            case NONE -> 1;
        };
    }

    boolean windowed() {
        return windowShare > 0;
    }
}
