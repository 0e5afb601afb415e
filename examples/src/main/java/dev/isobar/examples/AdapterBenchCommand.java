package dev.isobar.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.examples.adapter.AdapterBench;
import dev.isobar.examples.adapter.AdapterBenchPlan;
import dev.isobar.examples.adapter.AdapterBenchReport;
import dev.isobar.examples.adapter.AdapterPolicy;
import dev.isobar.examples.view.AdapterBenchTable;
import dev.isobar.examples.view.ProgressBar;
import dev.isobar.examples.view.Terminal;
import dev.isobar.lora.format.AdapterFormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `isobar adapter bench`: activates adapters in room for some of them.
@Command(
        name = "bench",
        description =
                "Activates the adapters of a folder by Zipf's law in room for some of them, and compares"
                        + " policies: hits, bytes loaded again, load times, thrash.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "A slot is room for an adapter of the mean size. Each policy sees the same activations.",
            "\"whole\" loads an evicted adapter again as a whole; the pool itself reads only the pages",
            "that were overwritten meanwhile. Thrash: loads of adapters that had gone less than twice",
            "as many activations before as there are slots.",
            "",
            "Adapters to try it with: isobar adapter make DIR --count 32",
            "Exit codes: 0 done, 1 failed, 2 bad options, or an adapter that is no good."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class AdapterBenchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A folder with PEFT folders and GGUF files.")
    private Path folder;

    @Option(
            names = "--slots",
            paramLabel = "N",
            required = true,
            description = "Room for so many adapters.")
    private int slots;

    @Option(
            names = "--activations",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many.")
    private int activations;

    @Option(
            names = "--skew",
            paramLabel = "X",
            defaultValue = "1.2",
            description = "The exponent of Zipf's law.")
    private double skew;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides who is popular, and the order.")
    private long seed;

    @Option(names = "--json", description = "Prints numbers: bytes, nanoseconds, counts.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = Terminal.of(System.console(), System.getenv(), System.out.charset());
        AdapterBenchReport report = run(plan(), terminal.live());
        if (json) {
            out.println(json(report));
        } else {
            new AdapterBenchTable(terminal.style()).lines(report).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private AdapterBenchPlan plan() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "no such folder: " + folder);
        }
        try {
            return new AdapterBenchPlan(
                    AdapterBenchPlan.adaptersIn(folder),
                    slots,
                    activations,
                    skew,
                    seed,
                    List.of(AdapterPolicy.values()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), folder + ": " + e.getMessage(), e);
        }
    }

    private AdapterBenchReport run(AdapterBenchPlan plan, boolean live)
            throws InterruptedException {
        long all = (long) plan.activations() * plan.policies().size();
        IntConsumer progress = live ? new ProgressBar(spec.commandLine().getErr(), all) : _ -> {};
        try {
            return new AdapterBench(plan).run(progress);
        } catch (AdapterFormatException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static String json(AdapterBenchReport report) {
        try {
            return JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and strings are always JSON", e);
        }
    }
}
