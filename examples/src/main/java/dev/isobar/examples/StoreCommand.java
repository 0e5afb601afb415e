package dev.isobar.examples;

import dev.isobar.examples.view.StoreTable;
import dev.isobar.examples.view.Terminal;
import dev.isobar.examples.view.Words;
import dev.isobar.memory.Bytes;
import dev.isobar.pool.store.StoreAccess;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.StoreReport;
import dev.isobar.pool.store.WarmStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `isobar store`: looks into a warm-start store, and tidies it.
@Command(
        name = "store",
        description = "Looks into a warm-start store on disk, and tidies it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "ls and verify only read: also while a service uses the store.",
            "Exit codes: 0 all is well, 1 something is damaged or in use, 2 no such store."
        })
final class StoreCommand implements Runnable {

    // Picocli sets it before it calls.
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    /// Without a sub-command there is nothing to do.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: ls, verify or compact");
    }

    @Command(
            name = "ls",
            description = "Lists entries, the newest first, and logs.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int ls(@Parameters(paramLabel = "PATH", description = "The store's folder.") Path path) {
        try (WarmStore store = opened(StoreConfig.at(path).reading())) {
            Terminal terminal =
                    Terminal.of(System.console(), System.getenv(), System.out.charset());
            new StoreTable(terminal.style()).lines(store).forEach(out()::println);
        }
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "verify",
            description = "Reads everything and compares checksums. Changes nothing.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int verify(@Parameters(paramLabel = "PATH", description = "The store's folder.") Path path) {
        StoreReport report;
        try (WarmStore store = opened(StoreConfig.at(path).reading())) {
            report = store.verify();
        }
        report.problems().forEach(out()::println);
        out().println(
                        "%s entries and %s records read, %s problems"
                                .formatted(
                                        Words.count(report.entries()),
                                        Words.count(report.records()),
                                        Words.count(report.problemCount())));
        out().flush();
        return report.good() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    @Command(
            name = "compact",
            description = "Takes back the room of records that were replaced or removed.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int compact(@Parameters(paramLabel = "PATH", description = "The store's folder.") Path path) {
        requireStore(path);
        StoreConfig config =
                StoreConfig.at(path).withBudgetBytes(Long.MAX_VALUE).withTimeToLive(Duration.ZERO);
        try (WarmStore store = opened(config)) {
            if (store.access() != StoreAccess.OWNER) {
                out().println(store.reason());
                out().flush();
                return ExitCode.SOFTWARE;
            }
            long before = store.usedBytes();
            store.compact();
            out().println(
                            "%s before, %s now"
                                    .formatted(
                                            Bytes.approximate(before),
                                            Bytes.approximate(store.usedBytes())));
        }
        out().flush();
        return ExitCode.OK;
    }

    private WarmStore opened(StoreConfig config) {
        WarmStore store = WarmStore.of(config);
        if (store.access() == StoreAccess.NONE) {
            store.close();
            throw new ParameterException(
                    spec.commandLine(), noStore(String.valueOf(config.root())));
        }
        return store;
    }

    /// Opening one for writing would make it.
    private void requireStore(Path path) {
        opened(StoreConfig.at(path).reading()).close();
    }

    private static String noStore(String path) {
        return "no store of this version at " + path;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
