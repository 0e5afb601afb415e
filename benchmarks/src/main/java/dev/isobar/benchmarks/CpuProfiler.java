package dev.isobar.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;

/// Processor time of the whole process for an operation, garbage collection included: what is left to
/// compare when other programs take turns on the same processors.
public final class CpuProfiler implements InternalProfiler {

    private static final String LABEL = "cpu.ns";

    /// What JMH's own profiler calls the bytes that are allocated for an operation.
    private static final String BYTES_LABEL = "gc.alloc.rate.norm";

    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long beforeNanos;

    /// What it has measured.
    static double nanosPerOp(RunResult result) {
        return secondary(result, LABEL);
    }

    /// What the profiler beside it has measured.
    static double bytesPerOp(RunResult result) {
        return secondary(result, BYTES_LABEL);
    }

    private static double secondary(RunResult result, String label) {
        Result<?> found = result.getSecondaryResults().get(label);
        return found == null ? Double.NaN : found.getScore();
    }

    @Override
    public String getDescription() {
        return "processor time of the process";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        beforeNanos = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long nanos = system.getProcessCpuTime() - beforeNanos;
        double nanosPerOp = (double) nanos / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(LABEL, nanosPerOp, "ns/op", AggregationPolicy.AVG));
    }
}
