package dev.isobar.examples;

import dev.isobar.examples.replay.Capacity;
import dev.isobar.examples.replay.KvReplay;
import dev.isobar.examples.replay.KvReplayReport;
import dev.isobar.examples.replay.KvTrace;
import dev.isobar.examples.replay.PolicyKind;
import dev.isobar.examples.replay.Replay;
import dev.isobar.examples.replay.ReplayChart;
import dev.isobar.examples.replay.ReplayReport;
import dev.isobar.examples.replay.SequenceReplay;
import dev.isobar.examples.replay.SequenceReport;
import dev.isobar.examples.replay.Trace;
import dev.isobar.examples.replay.TraceFormat;
import dev.isobar.examples.view.ProgressBar;
import dev.isobar.examples.view.Terminal;
import dev.isobar.kv.KvPolicy;
import dev.isobar.pool.EvictionGoal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
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
            "A file named *.jsonl has requests of KV prefixes in Mooncake's format: then",
            "--blocks says the capacities, and hits, rate and time per block are printed.",
            "",
            "Exit codes: 0 done, 2 bad options, or the trace cannot be read."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ReplayCommand implements Callable<Integer> {

    private static final List<Integer> DEFAULT_BLOCKS = List.of(1_000, 2_000, 5_000, 10_000);

    /// More do not fit into the arrays of a block table.
    private static final int MAX_BLOCKS = 1 << 24;

    /// Where sizes or costs come from.
    enum Weights {
        TRACE,
        UNIT,
        SYNTHETIC
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--format",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "FORMAT",
            description =
                    "lirs, int32, adaptsize or penalties; one for all traces, or one each; not for"
                            + " *.jsonl.")
    private List<TraceFormat> formats = List.of();

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
            names = "--blocks",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "N",
            description = "Capacities in blocks, for *.jsonl; without it, 1000,2000,5000,10000.")
    private List<Integer> blocks = List.of();

    @Option(
            names = "--policy",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "P",
            description =
                    "Any of lru, s3-fifo, lirs, gdsf, camp, caffeine, cache2k, pool, optimum;"
                            + " for *.jsonl, of lru, fifo, lfu, slru, arc, priority, cost,"
                            + " adaptive;"
                            + " without it, all. No optimum for several traces.")
    private List<String> policies = List.of();

    @Option(
            names = "--goal",
            paramLabel = "GOAL",
            defaultValue = "cost",
            description = "What the pool is to save: hits, bytes or cost.")
    private EvictionGoal goal;

    @Option(
            names = "--sizes",
            paramLabel = "KIND",
            defaultValue = "trace",
            description = "trace, unit, or synthetic: 1 to 64 by a hash of the key.")
    private Weights sizes;

    @Option(
            names = "--costs",
            paramLabel = "KIND",
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
        if (traces.stream().anyMatch(KvTrace::isNamedLikeOne)) {
            return replayPrefixes();
        }
        refuse("for *.jsonl only", "--blocks");
        return traces.size() == 1 ? replayKeys() : replayInARow();
    }

    private int replayKeys() {
        List<PolicyKind> distinct = choices(List.of(PolicyKind.values()));
        try (ReportFile csvFile = csv == null ? null : ReportFile.open(csv);
                ReportFile svgFile = svg == null ? null : ReportFile.open(svg)) {
            Trace requests = read().getFirst();
            List<Long> bytes = capacitiesInBytes(requests.footprintBytes());
            IntConsumer bar =
                    progress((long) bytes.size() * distinct.size() * requests.requestCount());
            var results = new Replay(requests, goal).run(bytes, distinct, bar);
            var report = new ReplayReport(requests, results);
            print(report.lines(), report.json());
            if (csvFile != null) {
                csvFile.write(report.csv());
            }
            if (svgFile != null) {
                svgFile.write(new ReplayChart(report).svg());
            }
        }
        return 0;
    }

    private int replayInARow() {
        refuse("not for several traces", "--svg");
        List<PolicyKind> distinct =
                choices(List.copyOf(EnumSet.complementOf(EnumSet.of(PolicyKind.OPTIMUM))));
        try (ReportFile csvFile = csv == null ? null : ReportFile.open(csv)) {
            var replay = new SequenceReplay(read(), goal);
            List<Long> bytes = capacitiesInBytes(replay.footprintBytes());
            IntConsumer bar =
                    progress((long) bytes.size() * distinct.size() * replay.requestCount());
            var report = new SequenceReport(replay, replay.run(bytes, distinct, bar));
            print(report.lines(), report.json());
            if (csvFile != null) {
                csvFile.write(report.csv());
            }
        }
        return 0;
    }

    private List<Long> capacitiesInBytes(long footprintBytes) {
        return capacities.stream().map(c -> c.bytesOf(footprintBytes)).distinct().toList();
    }

    private int replayPrefixes() {
        if (traces.size() > 1) {
            throw bad("--trace: one *.jsonl at a time, not %d files".formatted(traces.size()));
        }
        refuse(
                "not for *.jsonl",
                "--format",
                "--capacity",
                "--goal",
                "--sizes",
                "--costs",
                "--svg");
        List<KvPolicy> distinct = choices(List.of(KvPolicy.values()));
        List<Integer> capacities = capacitiesInBlocks();
        try (ReportFile csvFile = csv == null ? null : ReportFile.open(csv)) {
            KvTrace requests = readPrefixes();
            long runs = (long) capacities.size() * distinct.size();
            IntConsumer bar = progress(runs * requests.requests().size());
            var results = new KvReplay(requests).run(capacities, distinct, bar);
            var report = new KvReplayReport(requests, results);
            print(report.lines(), report.json());
            if (csvFile != null) {
                csvFile.write(report.csv());
            }
        }
        return 0;
    }

    private List<Integer> capacitiesInBlocks() {
        List<Integer> asked = blocks.isEmpty() ? DEFAULT_BLOCKS : blocks;
        for (int each : asked) {
            if (each < 1 || each > MAX_BLOCKS) {
                throw bad("--blocks must be from 1 to %d: %d".formatted(MAX_BLOCKS, each));
            }
        }
        return asked.stream().distinct().toList();
    }

    /// The policies asked for, by the names that they print.
    private <E extends Enum<E>> List<E> choices(List<E> all) {
        List<String> names = all.stream().map(ReplayCommand::nameOf).toList();
        for (String asked : policies) {
            if (!names.contains(asked.toLowerCase(Locale.ROOT))) {
                throw bad("--policy is none of %s: %s".formatted(String.join(", ", names), asked));
            }
        }
        return policies.isEmpty()
                ? all
                : policies.stream()
                        .map(asked -> all.get(names.indexOf(asked.toLowerCase(Locale.ROOT))))
                        .distinct()
                        .toList();
    }

    private static String nameOf(Enum<?> policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void refuse(String why, String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw bad(option + " is " + why);
            }
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private KvTrace readPrefixes() {
        try {
            return KvTrace.read(traces.getFirst());
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<Trace> read() {
        if (formats.isEmpty()) {
            throw bad("--format is missing: lirs, int32, adaptsize or penalties");
        }
        if (formats.size() != 1 && formats.size() != traces.size()) {
            throw bad(
                    "--format: one for all traces or one each, not %d for %d"
                            .formatted(formats.size(), traces.size()));
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

    private void print(List<String> table, String asJson) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(asJson);
        } else {
            table.forEach(out::println);
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
