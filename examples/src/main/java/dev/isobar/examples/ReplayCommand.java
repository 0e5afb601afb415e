package dev.isobar.examples;

import dev.isobar.examples.replay.Capacity;
import dev.isobar.examples.replay.PolicyKind;
import dev.isobar.examples.replay.Replay;
import dev.isobar.examples.replay.ReplayChart;
import dev.isobar.examples.replay.ReplayReport;
import dev.isobar.examples.replay.Trace;
import dev.isobar.examples.replay.TraceFormat;
import dev.isobar.examples.replay.TraceSequence;
import dev.isobar.examples.view.Terminal;
import dev.isobar.pool.EvictionGoal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `isobar replay`: what eviction policies make of a trace.
@Command(
        name = "replay",
        description = "Replays a trace of requests against eviction policies.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "Prints hit rate, byte hit rate and cost saved for each policy and capacity.",
            "The optimum is exact where sizes and costs are 1, else an upper bound.",
            "",
            "Exit codes: 0 done, 2 bad options, or the trace cannot be read."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplayCommand implements Callable<Integer> {

    /// Where sizes or costs come from.
    enum Weights {
        TRACE,
        UNIT,
        SYNTHETIC
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "lirs, int32, adaptsize or penalties.")
    private TraceFormat format;

    @Option(
            names = "--trace",
            required = true,
            paramLabel = "FILE",
            description = {
                "The trace, packed with gzip or not. Of several, each follows the one before in the",
                "same cache, and each is judged by itself, from 5 x entries requests on."
            })
    private List<Path> traces;

    @Option(
            names = "--capacity",
            split = ",",
            paramLabel = "N",
            defaultValue = "0.5%,2%,5%,10%,25%",
            converter = CapacityConverter.class,
            description = "Bytes, or shares of the bytes of all keys.")
    private List<Capacity> capacities;

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "P",
            description =
                    "Any of lru, s3-fifo, lirs, gdsf, camp, caffeine, cache2k, pool, optimum;"
                            + " without it, all.")
    private List<PolicyKind> policies = List.of(PolicyKind.values());

    @Option(
            names = "--goal",
            defaultValue = "cost",
            description = "What the pool is to save: hits, bytes or cost.")
    private EvictionGoal goal;

    @Option(
            names = "--sizes",
            defaultValue = "trace",
            description = "trace, unit, or synthetic: 1 to 64 by a hash of the key.")
    private Weights sizes;

    @Option(
            names = "--costs",
            defaultValue = "trace",
            description = "trace, unit, or synthetic: 1, 10 or 100 by a hash of the key.")
    private Weights costs;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the results there as CSV.")
    private @Nullable Path csv;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the results there as SVG.")
    private @Nullable Path svg;

    @Option(names = "--json", description = "Print JSON in place of tables.")
    private boolean json;

    @Override
    public Integer call() {
        try (ReportFile csvFile = csv == null ? null : ReportFile.open(csv);
                ReportFile svgFile = svg == null ? null : ReportFile.open(svg)) {
            if (traces.size() > 1) {
                return replaySequence();
            }
            Trace requests = weighed(read(traces.getFirst()));
            List<Long> bytes =
                    capacities.stream().map(c -> c.bytesFor(requests)).distinct().toList();
            List<PolicyKind> distinct = policies.stream().distinct().toList();
            IntConsumer bar =
                    progress((long) bytes.size() * distinct.size() * requests.requestCount());
            var results = new Replay(requests, goal).run(bytes, distinct, bar);
            var report = new ReplayReport(requests, results);
            print(report);
            if (csvFile != null) {
                csvFile.write(report.csv());
            }
            if (svgFile != null) {
                svgFile.write(new ReplayChart(report).svg());
            }
        }
        return 0;
    }

    /// Prints a table for each part.
    private int replaySequence() {
        if (csv != null || svg != null || json) {
            throw new ParameterException(
                    spec.commandLine(), "--csv, --svg and --json take one trace, not several");
        }
        var sequence = new TraceSequence(traces.stream().map(file -> weighed(read(file))).toList());
        Trace whole = sequence.whole();
        List<Long> bytes = capacities.stream().map(c -> c.bytesFor(whole)).distinct().toList();
        List<PolicyKind> distinct =
                policies.stream().distinct().filter(p -> p != PolicyKind.OPTIMUM).toList();
        IntConsumer bar = progress((long) bytes.size() * distinct.size() * whole.requestCount());
        sequence.run(bytes, distinct, goal, bar).forEach(this::print);
        return 0;
    }

    private Trace read(Path trace) {
        try {
            return Trace.read(trace, format);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Trace weighed(Trace read) {
        Trace sized =
                switch (sizes) {
                    case TRACE -> read;
                    case UNIT -> read.withUnitBytes();
                    case SYNTHETIC -> read.withSyntheticBytes();
                };
        return switch (costs) {
            case TRACE -> sized;
            case UNIT -> sized.withUnitCosts();
            case SYNTHETIC -> sized.withSyntheticCosts();
        };
    }

    private void print(ReplayReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
    }

    /// A bar on a terminal, nothing elsewhere.
    private IntConsumer progress(long total) {
        if (!Terminal.of(System.console(), System.getenv(), System.out.charset()).live()) {
            return _ -> {};
        }
        return new ProgressBar(spec.commandLine().getErr(), total);
    }

    /// Reads capacities.
    static final class CapacityConverter implements ITypeConverter<Capacity> {
        @Override
        public Capacity convert(String text) {
            try {
                return Capacity.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
