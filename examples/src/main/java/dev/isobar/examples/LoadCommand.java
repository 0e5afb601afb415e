package dev.isobar.examples;

import dev.isobar.examples.load.FileLoad;
import dev.isobar.examples.load.LoadJson;
import dev.isobar.examples.load.LoadProgress;
import dev.isobar.examples.load.LoadText;
import dev.isobar.examples.view.Terminal;
import dev.isobar.memory.Devices;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.load.LoadException;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadStrategy;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `isobar load`: a file into memory, by a strategy of one's choice.
@Command(
        name = "load",
        description = "Loads a file into host or device memory, and says how fast that was.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        footer = {
            "",
            "mapped: copied out of a mapping; read: read in place; staged: read into a ring",
            "of buffers and copied from there, both at once; direct: read past the page",
            "cache. Only what is named is tried: without --fallback a strategy that cannot",
            "be used is an error.",
            "",
            "Exit codes: 0 loaded, 1 the load failed, 2 bad options, or no such file."
        })
final class LoadCommand implements Callable<Integer> {

    // Picocli sets it before it calls.
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    @Parameters(paramLabel = "FILE", description = "The file to load.")
    private String file;

    @SuppressWarnings("NullAway.Init")
    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "staged",
            description = "How: mapped, read, staged or direct.")
    private LoadStrategy strategy;

    @Option(
            names = "--fallback",
            paramLabel = "NAME",
            showDefaultValue = Visibility.NEVER,
            description = "What to try if that cannot be used; may be given several times.")
    private List<LoadStrategy> fallbacks = new ArrayList<>();

    @Option(
            names = "--chunk",
            paramLabel = "SIZE",
            defaultValue = "8MiB",
            converter = DemoCommand.SizeConverter.class,
            description = "How much to read at a time; a multiple of 4KiB.")
    private long chunkBytes;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many chunks are under way at once.")
    private int depth;

    @SuppressWarnings("NullAway.Init")
    @Option(
            names = "--into",
            paramLabel = "SPACE",
            defaultValue = "host",
            description = "Where to: host, or a device of 'isobar doctor', as opencl:0 or cuda:0.")
    private String into;

    @Option(names = "--verify", description = "Compare what has arrived with the file.")
    private boolean verify;

    @Option(names = "--json", description = "Print the report as JSON; no progress bar.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LoadPolicy policy = policy();
        FileLoad.Target target = target();
        LoadProgress bar = json ? null : progressBar(out);
        FileLoad.Outcome outcome;
        try {
            outcome =
                    new FileLoad(
                                    file,
                                    target,
                                    bar == null ? policy : policy.withListener(bar),
                                    verify)
                            .run();
        } catch (LoadException e) {
            if (isAboutTheFile(e)) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            throw e;
        } finally {
            if (bar != null) {
                bar.close();
            }
        }
        if (json) {
            out.println(LoadJson.of(outcome));
        } else {
            LoadText.lines(outcome).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private LoadPolicy policy() {
        try {
            LoadPolicy policy = LoadPolicy.of(strategy).withChunkBytes(chunkBytes).withDepth(depth);
            for (LoadStrategy fallback : fallbacks) {
                policy = policy.orElse(fallback);
            }
            return policy;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private FileLoad.Target target() {
        if (into.equals("host")) {
            return FileLoad.Target.HOST;
        }
        String id = into.replace(':', '-');
        List<String> known = new ArrayList<>(List.of("host"));
        for (SpaceDescription space : Devices.discover()) {
            switch (space) {
                case SpaceDescription.Available device -> {
                    if (device.id().equals(id)) {
                        return bytes -> device.open("load", bytes);
                    }
                    known.add(device.id());
                }
                case SpaceDescription.Unavailable missing -> {
                    if (id.startsWith(missing.kind().name().toLowerCase(Locale.ROOT))) {
                        throw new ParameterException(
                                spec.commandLine(), into + ": " + missing.reason());
                    }
                }
            }
        }
        throw new ParameterException(
                spec.commandLine(), "--into " + into + ": there are " + String.join(", ", known));
    }

    private static @Nullable LoadProgress progressBar(PrintWriter out) {
        Terminal terminal = Terminal.of(System.console(), System.getenv(), System.out.charset());
        return terminal.live() ? new LoadProgress(out, terminal.style(), System::nanoTime) : null;
    }

    private static boolean isAboutTheFile(LoadException e) {
        return switch (e.code()) {
            case BAD_PATH, NOT_FOUND, NOT_A_FILE, ACCESS_DENIED, TOO_LARGE -> true;
            default -> false;
        };
    }
}
