package dev.isobar.examples;

import dev.isobar.examples.replay.Capacity;
import dev.isobar.examples.replay.PolicyKind;
import dev.isobar.examples.replay.Replay;
import dev.isobar.examples.replay.ReplayChart;
import dev.isobar.examples.replay.ReplayReport;
import dev.isobar.examples.replay.SequenceReplay;
import dev.isobar.examples.replay.SequenceReport;
import dev.isobar.examples.replay.Trace;
import dev.isobar.examples.replay.TraceFormat;
import dev.isobar.examples.view.Terminal;
import dev.isobar.pool.EvictionGoal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
            split = ",",
            paramLabel = "FORMAT",
            description = "lirs, int32, adaptsize or penalties; one for all traces, or one each.")
    private List<TraceFormat> formats;

    @Option(
            names = "--trace",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description =
                    "The trace, packed with gzip or not. Several are replayed one after another in"
                            + " one cache, with a row for each.")
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
                            + " without it, all (without the optimum for several traces).")
    private @Nullable List<PolicyKind> policies;

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
            List<Trace> all = read();
            if (all.size() == 1) {
                replay(all.getFirst(), csvFile, svgFile);
            } else {
                replayInARow(new SequenceReplay(all, goal), csvFile);
            }
        }
        return 0;
    }

    private void replay(
            Trace requests, @Nullable ReportFile csvFile, @Nullable ReportFile svgFile) {
        List<Long> bytes = capacities(requests.footprintBytes());
        List<PolicyKind> chosen = chosen(EnumSet.allOf(PolicyKind.class));
        IntConsumer bar = progress((long) bytes.size() * chosen.size() * requests.requestCount());
        var report = new ReplayReport(requests, new Replay(requests, goal).run(bytes, chosen, bar));
        print(json ? List.of(report.json()) : report.lines());
        if (csvFile != null) {
            csvFile.write(report.csv());
        }
        if (svgFile != null) {
            svgFile.write(new ReplayChart(report).svg());
        }
    }

    private void replayInARow(SequenceReplay replay, @Nullable ReportFile csvFile) {
        List<Long> bytes = capacities(replay.footprintBytes());
        List<PolicyKind> chosen = chosen(EnumSet.complementOf(EnumSet.of(PolicyKind.OPTIMUM)));
        IntConsumer bar = progress((long) bytes.size() * chosen.size() * replay.requestCount());
        var report = new SequenceReport(replay, replay.run(bytes, chosen, bar));
        print(json ? List.of(report.json()) : report.lines());
        if (csvFile != null) {
            csvFile.write(report.csv());
        }
    }

    private List<Long> capacities(long footprintBytes) {
        return capacities.stream().map(c -> c.bytesOf(footprintBytes)).distinct().toList();
    }

    private List<PolicyKind> chosen(Set<PolicyKind> possible) {
        if (policies == null) {
            return List.copyOf(possible);
        }
        List<PolicyKind> impossible = policies.stream().filter(p -> !possible.contains(p)).toList();
        if (!impossible.isEmpty()) {
            throw bad("--policy: not with several traces: " + impossible.getFirst());
        }
        return policies.stream().distinct().toList();
    }

    private List<Trace> read() {
        if (formats.size() != 1 && formats.size() != traces.size()) {
            throw bad(
                    "--format: one for all traces or one each, not %d for %d"
                            .formatted(formats.size(), traces.size()));
        }
        if (traces.size() > 1 && svg != null) {
            throw bad("--svg: there is no chart of several traces");
        }
        List<Trace> read = new ArrayList<>();
        for (int i = 0; i < traces.size(); i++) {
            read.add(weighed(read(traces.get(i), formats.get(i % formats.size()))));
        }
        return read;
    }

    private Trace read(Path file, TraceFormat format) {
        try {
            return Trace.read(file, format);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
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

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
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
