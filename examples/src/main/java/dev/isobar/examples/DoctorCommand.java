package dev.isobar.examples;

import dev.isobar.examples.doctor.Doctor;
import dev.isobar.examples.doctor.SpaceCheck;
import dev.isobar.examples.doctor.SpaceJson;
import dev.isobar.examples.view.SpaceTable;
import dev.isobar.examples.view.Style;
import dev.isobar.examples.view.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `isobar doctor`: where bytes can live on this machine, how fast they get there, and what is
/// missing.
@Command(
        name = "doctor",
        description = "Shows where bytes can live on this machine, and how fast they get there.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Copies to and from host memory, a temporary file and each device for a second in",
            "all. Copies: GB/s = 1e9 bytes per second, from host memory and back.",
            "",
            "Exit code: 0, also when a device is missing."
        })
final class DoctorCommand implements Callable<Integer> {

    // Picocli sets it before it calls.
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON instead of a table; numbers are bytes.")
    private boolean json;

    /// Runs this command alone, without the others and what they need.
    public static void main(String[] args) {
        System.exit(new CommandLine(new DoctorCommand()).execute(args));
    }

    @Override
    public Integer call() {
        List<SpaceCheck> checks = Doctor.ofOneSecond().examine();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(SpaceJson.of(checks));
        } else {
            new SpaceTable(style()).lines(checks).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static Style style() {
        return Terminal.of(System.console(), System.getenv(), System.out.charset()).style();
    }
}
