package dev.isobar.examples;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.corpus.CorpusReader;
import dev.isobar.examples.corpus.FolderText;
import dev.isobar.examples.corpus.PassageSplitter;
import dev.isobar.examples.corpus.StandardCorpus;
import dev.isobar.examples.corpus.TextSource;
import dev.isobar.examples.host.DemoPlan;
import dev.isobar.examples.view.LiveScreen;
import dev.isobar.examples.view.PlainScreen;
import dev.isobar.examples.view.Screen;
import dev.isobar.examples.view.TableLayout;
import dev.isobar.examples.view.Terminal;
import dev.isobar.examples.view.TerminalSize;
import dev.isobar.examples.view.Words;
import dev.isobar.memory.Bytes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `isobar demo`: a small search service over real text, whose two caches share one budget.
@Command(
        name = "demo",
        description =
                "Runs a small search service until its caches are full, and shows who gives way.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "The service reads text, cuts it into passages and answers requests about",
            "them. Vectors of passages are kept in an embedding pool (host memory, 3/4 of",
            "the budget), lines of results in a Caffeine cache (heap, 1/4). Both fill up;",
            "the broker takes back what is worth least, and the table says why.",
            "",
            "Exit codes: 0 all bytes were given back and relief worked, 1 they were not or",
            "it did not, 2 bad options or no text."
        })
final class DemoCommand implements Callable<Integer> {

    /// Less than this is too little for a page of vectors and a few results.
    static final long MIN_BUDGET_BYTES = 1 << 20;

    // Picocli sets both before it calls.
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    @ParentCommand
    private Isobar root;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long to run; 0 = until Ctrl-C.")
    private int seconds;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            description =
                    "Folder with text files to work on. Without it: the sources of this JDK, or else"
                            + " Isobar's own documentation.")
    private @Nullable Path corpus;

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            converter = SizeConverter.class,
            description = "Bytes for both caches together; from 1MiB to the size of the heap.")
    private long budgetBytes;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the broker's last snapshot there, as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        checkOptions();
        // Ctrl-C waits until the first resource is closed, so that the report is written even then.
        try (var stop = StopSignal.onShutdown();
                var report = json == null ? null : ReportFile.open(json)) {
            DemoRun.Result result = run(stop);
            if (report != null) {
                report.write(SnapshotJson.of(result.lastSnapshot()));
            }
            return result.summary().good() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void checkOptions() {
        check(seconds >= 0, "--seconds must be at least 0: " + seconds);
        check(
                budgetBytes >= MIN_BUDGET_BYTES,
                "--budget must be at least 1 MiB: " + Bytes.approximate(budgetBytes));
        long heapBytes = Runtime.getRuntime().maxMemory();
        check(
                budgetBytes <= heapBytes,
                "--budget must be at most %s, the heap of this JVM: %s"
                        .formatted(Bytes.approximate(heapBytes), Bytes.approximate(budgetBytes)));
    }

    private DemoRun.Result run(StopSignal stop) {
        PrintWriter out = spec.commandLine().getOut();
        var plan = DemoPlan.of(budgetBytes);
        Corpus text = readCorpus(plan);
        announce(out, plan, text);
        DemoRun.Result result = run(plan, text, stop);
        out.println();
        result.summary().lines().forEach(out::println);
        out.flush();
        return result;
    }

    private DemoRun.Result run(DemoPlan plan, Corpus text, StopSignal stop) {
        CommandLine command = spec.commandLine();
        try (var log = LogTally.install(command.getErr(), root.verbose())) {
            var total = Duration.ofSeconds(seconds);
            return DemoRun.start(plan, text, BrokerConfig.defaults(), total, stop)
                    .run(screen(command.getOut()), log::warnings);
        }
    }

    private Corpus readCorpus(DemoPlan plan) {
        TextSource source = corpus == null ? StandardCorpus.find() : new FolderText(corpus);
        return new CorpusReader(PassageSplitter.PARAGRAPHS, plan.passages()).read(source);
    }

    private static void announce(PrintWriter out, DemoPlan plan, Corpus corpus) {
        double workingSet = plan.workingSet(corpus.passages().size());
        out.printf(
                "%s passages from %s; their vectors are %.1f times what the embedding pool may hold%n",
                Words.count(corpus.passages().size()), corpus.description(), workingSet);
        if (workingSet < 1) {
            out.println("That is too little text to fill the caches. " + advice(plan, corpus));
        }
        out.flush();
    }

    private static String advice(DemoPlan plan, Corpus corpus) {
        long suitingMebibytes = plan.suitingBudgetBytes(corpus.passages().size()) >> 20;
        return suitingMebibytes < 1
                ? "Name a folder with more of it."
                : "A budget that suits it: --budget " + suitingMebibytes + "MiB";
    }

    private Screen screen(PrintWriter out) {
        var terminal = Terminal.of(System.console(), root.env(), System.out.charset());
        return terminal.live()
                ? new LiveScreen(out, new TableLayout(terminal.style()), TerminalSize::ask)
                : new PlainScreen(out);
    }

    private void check(boolean good, String message) {
        if (!good) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /// Reads a size from the command line.
    static final class SizeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            try {
                return Bytes.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
