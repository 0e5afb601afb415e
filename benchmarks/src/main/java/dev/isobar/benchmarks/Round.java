package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.List;

/// What one contestant has measured in one round, for an operation.
///
/// @param nanos of each iteration, or turn
/// @param cpuNanos of each turn; or one value for all iterations
/// @param bytes that were allocated
/// @param inTurn whether the n-th value lies beside the n-th one of the others
record Round(List<Double> nanos, List<Double> cpuNanos, double bytes, boolean inTurn) {

    /// By iterations in a virtual machine of its own.
    static Round ofFork(List<Double> nanos, double cpuNanos, double bytes) {
        return new Round(nanos, List.of(cpuNanos), bytes, false);
    }

    static Round ofTurns(List<Turn> turns) {
        List<Double> bytes = turns.stream().map(Turn::bytes).toList();
        return new Round(
                turns.stream().map(Turn::nanos).toList(),
                turns.stream().map(Turn::cpuNanos).toList(),
                Spread.of(bytes).median(),
                true);
    }

    double medianCpuNanos() {
        return Spread.of(cpuNanos).median();
    }

    /// This contestant's time divided by another's: by medians, or turn by turn the middle half.
    Spread ratio(Round base) {
        return ratio(nanos, base.nanos);
    }

    /// The same of processor time.
    Spread cpuRatio(Round base) {
        return ratio(cpuNanos, base.cpuNanos);
    }

    private Spread ratio(List<Double> own, List<Double> base) {
        if (!inTurn) {
            double ratio = Spread.of(own).median() / Spread.of(base).median();
            return new Spread(ratio, ratio, ratio);
        }
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < own.size(); turn++) {
            ratios.add(own.get(turn) / base.get(turn));
        }
        return Spread.ofQuartiles(ratios);
    }
}
