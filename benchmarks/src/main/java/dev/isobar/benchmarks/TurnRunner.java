package dev.isobar.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Has JMH run one benchmark in this virtual machine, a turn at a time. [Turns] loads this class, JMH and
/// whatever is measured once for each contestant, and knows it as a function only: so each of them has
/// compiled code of its own, as in a virtual machine of its own.
public final class TurnRunner implements Function<int[], double[]> {

    private static final int WARM_UP_SHARE = 4;

    private final String benchmark;
    private final Map<String, String> params;

    /// @param benchmark class and method
    public TurnRunner(String benchmark, Map<String, String> params) {
        this.benchmark = benchmark;
        this.params = params;
    }

    /// One turn.
    ///
    /// @param turn threads; how many times a quarter of the turn comes before it, which does not count;
    ///     and milliseconds
    /// @return nanoseconds, processor nanoseconds and bytes for an operation
    @Override
    public double[] apply(int[] turn) {
        return run(turn[0], turn[1], turn[2]);
    }

    private double[] run(int threads, int warmUps, int millis) {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("^" + benchmark.replace(".", "\\.") + "$")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .threads(threads)
                        .forks(0)
                        .warmupIterations(warmUps)
                        .warmupTime(TimeValue.milliseconds(Math.ceilDiv(millis, WARM_UP_SHARE)))
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(millis))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuProfiler.class);
        params.forEach((name, value) -> options.param(name, value));
        try {
            RunResult result = new Runner(options.build()).runSingle();
            return new double[] {
                result.getPrimaryResult().getScore(),
                CpuProfiler.nanosPerOp(result),
                CpuProfiler.bytesPerOp(result)
            };
        } catch (RunnerException e) {
            throw new IllegalStateException(benchmark + " has failed", e);
        }
    }
}
