package dev.isobar.examples;

import dev.isobar.examples.kv.KvPressureCommand;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `isobar` command. Each sub-command is a class of its own; they are listed here.
///
/// Exit codes: 0 all is well, 1 the run failed, 2 the command line or what it names is no good.
@Command(
        name = "isobar",
        description = "Puts every pool of memory in a host under one pressure broker.",
        subcommands = {
            AdapterCommand.class,
            DemoCommand.class,
            DoctorCommand.class,
            KvPressureCommand.class,
            LoadCommand.class,
            ReplayCommand.class,
            StoreCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "@|bold Start here:|@ isobar demo",
            "Each command explains itself: isobar COMMAND --help"
        })
public final class Isobar implements Callable<Integer> {

    /// The environment variable that does what `--verbose` does, if it is set and not empty.
    static final String DEBUG_VARIABLE = "ISOBAR_DEBUG";

    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show stack traces, and what the library logs.")
    private boolean verbose;

    private final Map<String, String> env;

    private Isobar(Map<String, String> env) {
        this.env = Map.copyOf(env);
        this.verbose = !env.getOrDefault(DEBUG_VARIABLE, "").isEmpty();
    }

    /// Runs the command and ends the process.
    public static void main(String[] args) {
        System.exit(
                run(
                        new PrintWriter(System.out, false, System.out.charset()),
                        new PrintWriter(System.err, true, System.err.charset()),
                        System.getenv(),
                        args));
    }

    /// Runs the command.
    ///
    /// @return the exit code
    static int run(PrintWriter out, PrintWriter err, Map<String, String> env, String... args) {
        var root = new Isobar(env);
        var commandLine =
                new CommandLine(root)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(out)
                        .setErr(err);
        var errors = new ErrorMessages(() -> root.verbose);
        commandLine.setParameterExceptionHandler(errors).setExecutionExceptionHandler(errors);
        int exitCode = commandLine.execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    /// Whether more is to be said than a user needs.
    boolean verbose() {
        return verbose;
    }

    /// The environment.
    Map<String, String> env() {
        return env;
    }

    /// Without a sub-command there is nothing to do.
    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: one of those listed by --help");
    }
}
