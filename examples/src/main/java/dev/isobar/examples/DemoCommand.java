package dev.isobar.examples;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.examples.chat.AdapterShelf;
import dev.isobar.examples.chat.ChatPlan;
import dev.isobar.examples.chat.Conversations;
import dev.isobar.examples.chat.TraceChats;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.corpus.CorpusReader;
import dev.isobar.examples.corpus.FolderText;
import dev.isobar.examples.corpus.PassageSplitter;
import dev.isobar.examples.corpus.StandardCorpus;
import dev.isobar.examples.corpus.TextSource;
import dev.isobar.examples.host.DemoInput;
import dev.isobar.examples.host.DemoPlan;
import dev.isobar.examples.replay.KvTrace;
import dev.isobar.examples.replay.TraceException;
import dev.isobar.examples.view.LiveScreen;
import dev.isobar.examples.view.PlainScreen;
import dev.isobar.examples.view.Screen;
import dev.isobar.examples.view.TableLayout;
import dev.isobar.examples.view.Terminal;
import dev.isobar.examples.view.TerminalSize;
import dev.isobar.examples.view.Words;
import dev.isobar.memory.Bytes;
import dev.isobar.pool.store.StoreConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/// `isobar demo`: a small host that searches real text and answers conversations; its four pools share one
/// budget.
@Command(
        name = "demo",
        description = "Runs a small service until its pools are full, and shows who gives way.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "Four pools share the budget. Conversations use KV blocks (1/2) and LoRA",
            "adapters (1/8), searches in text use vectors (1/4): all in host memory. Lines",
            "of results are in a Caffeine cache in the heap (1/8). All fill up; the broker",
            "takes back what is worth least, and the table says why. There is no model:",
            "bytes are written, kept, shared, and compared with what they should be.",
            "",
            "Exit codes: 0 all bytes were given back, none was wrong and relief worked,",
            "1 otherwise, 2 bad options, no text or no adapter."
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
            description = "Bytes for all pools together; from 1MiB to the size of the heap.")
    private long budgetBytes;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "Take conversations from there: a trace in the Mooncake format (.jsonl, packed"
                            + " with gzip or not). Without it they are made up.")
    private @Nullable Path trace;

    @Option(
            names = "--adapters",
            paramLabel = "DIR",
            description =
                    "Use the LoRA adapters in this folder: GGUF files and PEFT folders. Without it"
                            + " small ones are made, and removed at the end.")
    private @Nullable Path adapters;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description =
                    "Keep vectors and KV blocks in this folder, and begin the next run with them. Without it,"
                            + " nothing is written.")
    private @Nullable Path store;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the last snapshot of broker and admission there, as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        // Ctrl-C waits until the first resource is closed, so that the report is written even then.
        try (var stop = StopSignal.onShutdown();
                var report = json == null ? null : ReportFile.open(json)) {
            var plan = DemoPlan.of(budgetBytes);
            DemoRun.Result result;
            try (AdapterShelf shelf = shelf(plan.chats())) {
                result = run(plan, input(plan, shelf), stop);
            }
            if (report != null) {
                report.write(SnapshotJson.of(result));
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

    private DemoRun.Result run(DemoPlan plan, DemoInput input, StopSignal stop) {
        PrintWriter out = spec.commandLine().getOut();
        announce(out, plan, input);
        DemoRun.Result result = runQuietly(plan, input, stop);
        out.println();
        result.summary().lines().forEach(out::println);
        out.flush();
        return result;
    }

    private DemoRun.Result runQuietly(DemoPlan plan, DemoInput input, StopSignal stop) {
        CommandLine command = spec.commandLine();
        try (var log = LogTally.install(command.getErr(), root.verbose())) {
            var total = Duration.ofSeconds(seconds);
            StoreConfig config = store == null ? StoreConfig.off() : StoreConfig.at(store);
            return DemoRun.start(plan, input, BrokerConfig.defaults(), config, total, stop)
                    .run(screen(command.getOut()), log::warnings);
        }
    }

    private AdapterShelf shelf(ChatPlan plan) throws IOException {
        if (adapters == null) {
            return AdapterShelf.made(plan);
        }
        try {
            return AdapterShelf.in(adapters, plan.adapterBytes());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--adapters: " + e.getMessage(), e);
        } catch (NotDirectoryException e) {
            throw new ParameterException(
                    spec.commandLine(), "--adapters: no such folder: " + adapters, e);
        }
    }

    private DemoInput input(DemoPlan plan, AdapterShelf shelf) throws IOException {
        ChatPlan chats = plan.chats();
        List<String> names = List.copyOf(shelf.adapters().keySet());
        if (trace == null) {
            var made = new Conversations(chats, names, System::nanoTime);
            double rate = chats.requestsPerSecond(chats.newBlocks());
            return new DemoInput(readCorpus(plan), shelf, made, rate);
        }
        try {
            var traced = new TraceChats(KvTrace.read(trace), names);
            double rate = chats.requestsPerSecond(traced.newBlocks());
            return new DemoInput(readCorpus(plan), shelf, traced, rate);
        } catch (TraceException e) {
            throw new ParameterException(spec.commandLine(), "--trace: " + e.getMessage(), e);
        }
    }

    private Corpus readCorpus(DemoPlan plan) {
        TextSource source = corpus == null ? StandardCorpus.find() : new FolderText(corpus);
        return new CorpusReader(PassageSplitter.PARAGRAPHS, plan.passages()).read(source);
    }

    private static void announce(PrintWriter out, DemoPlan plan, DemoInput input) {
        Corpus corpus = input.corpus();
        double workingSet = plan.workingSet(corpus.passages().size());
        out.printf(
                "%s passages from %s%n(their vectors are %.1f times what the embedding pool may hold)%n",
                Words.count(corpus.passages().size()), corpus.description(), workingSet);
        if (workingSet < 1) {
            out.println("That is too little text to fill the caches. " + advice(plan, corpus));
        }
        out.println(input.chats().description() + ", with " + input.adapters().description());
        input.adapters().skipped().forEach(reason -> out.println("left out: " + reason));
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
