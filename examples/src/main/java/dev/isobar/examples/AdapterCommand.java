package dev.isobar.examples;

import dev.isobar.examples.adapter.AdapterMaker;
import dev.isobar.examples.view.AdapterTable;
import dev.isobar.examples.view.Terminal;
import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.AdapterFormatException;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `isobar adapter`: looks into LoRA adapters, makes small ones, and measures policies.
@Command(
        name = "adapter",
        description = "Looks into LoRA adapters, makes small ones, and measures policies.",
        subcommands = AdapterBenchCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 bad options, or no good adapter."})
final class AdapterCommand implements Runnable {

    // Picocli sets it before it calls.
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    /// Without a sub-command there is nothing to do.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: inspect, make or bench");
    }

    @Command(
            name = "inspect",
            description = "Shows what an adapter is: tensors, rank, alpha, modules, warnings.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int inspect(
            @Parameters(paramLabel = "PATH", description = "A PEFT folder, or a GGUF file.")
                    Path path) {
        if (!Files.exists(path)) {
            throw new ParameterException(spec.commandLine(), "no such file or folder: " + path);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (FileSources sources = new FileSources()) {
            AdapterDescription adapter = new AdapterReader(sources).read(path);
            Terminal terminal =
                    Terminal.of(System.console(), System.getenv(), System.out.charset());
            new AdapterTable(terminal.style()).lines(adapter).forEach(out::println);
        } catch (AdapterFormatException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        out.flush();
        return ExitCode.OK;
    }

    @Command(
            name = "make",
            description = "Writes valid small PEFT adapters with random weights.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int make(
            @Parameters(paramLabel = "DIR", description = "Where to; made if it is not there.")
                    Path folder,
            @Option(
                            names = "--rank",
                            paramLabel = "N",
                            defaultValue = "8",
                            description = "The rank; ${DEFAULT-VALUE} by default.")
                    int rank,
            @Option(
                            names = "--layers",
                            paramLabel = "N",
                            defaultValue = "4",
                            description = "How many layers; ${DEFAULT-VALUE} by default.")
                    int layers,
            @Option(
                            names = "--hidden",
                            paramLabel = "N",
                            defaultValue = "256",
                            description = "The model's width; ${DEFAULT-VALUE} by default.")
                    int hidden,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "How many adapters; ${DEFAULT-VALUE} by default.")
                    int count)
            throws IOException {
        if (count < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--count must be at least 1: " + count);
        }
        AdapterMaker maker;
        try {
            maker = new AdapterMaker(rank, layers, hidden);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        for (int i = 0; i < count; i++) {
            maker.write(folder.resolve("adapter-%03d".formatted(i)), i);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote %d adapters of rank %d to %s".formatted(count, rank, folder));
        out.flush();
        return ExitCode.OK;
    }
}
