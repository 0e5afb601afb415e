package dev.isobar.examples.kv;

import dev.isobar.examples.view.ProgressBar;
import dev.isobar.examples.view.Terminal;
import dev.isobar.kv.KvPolicy;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `isobar kv-pressure`: agents that call tools, against one KV pool.
@Command(
        name = "kv-pressure",
        description = "Runs agents that call tools against one pool of KV blocks.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        footer = {
            "",
            "Agents that each grow a conversation, agents that begin together, and pairs of",
            "requests that begin alike; with --hard also more of them together, prompts of",
            "all sizes, requests that are given up, memory that fails, and one request for",
            "nearly the whole pool. Bytes are written and read again; there is no model.",
            "",
            "Exit codes: 0 nothing lost, no admitted request without room, enough found",
            "again; 1 otherwise; 2 bad options."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
public final class KvPressureCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many work at once.")
    private int agents;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "3",
            description = "Conversations of each.")
    private int attempts;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "6",
            description = "Turns between the tool calls.")
    private int turns;

    @Option(
            names = "--overlap",
            paramLabel = "N",
            defaultValue = "2",
            description = "Requests that begin together.")
    private int overlap;

    @Option(
            names = "--prefix",
            paramLabel = "N",
            defaultValue = "2176",
            description = "Tokens that all share.")
    private int prefixTokens;

    @Option(
            names = "--min-cached",
            paramLabel = "N",
            description = "Tokens that have to be found again; without it, 128 less than --prefix.")
    private @Nullable Integer minCached;

    @Option(
            names = "--suffix-limit",
            paramLabel = "N",
            defaultValue = "256",
            description = "Tokens that may be left to compute then.")
    private int suffixLimit;

    @Option(
            names = "--budget",
            paramLabel = "N",
            defaultValue = "9600",
            description = "Tokens that the pool holds.")
    private int budgetTokens;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Requests that run at once.")
    private int lanes;

    @Option(
            names = "--policy",
            paramLabel = "P",
            defaultValue = "ADAPTIVE",
            description = "Which kept block goes first: ${COMPLETION-CANDIDATES}.")
    private KvPolicy policy;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Agents take turns, in an order that follows from this number: the same again"
                            + " each time.")
    private @Nullable Long seed;

    @Option(names = "--hard", description = "The harder variants, too.")
    private boolean hard;

    @Option(names = "--json", description = "Print JSON in place of a table.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        var run = run();
        var text = new PressureText(run.run(progress(run.requests())));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(text.json());
        } else {
            text.lines().forEach(out::println);
        }
        out.flush();
        return text.good() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private PressureRun run() {
        try {
            int found =
                    minCached == null
                            ? Math.max(0, prefixTokens - PressurePlan.DEFAULT_SLACK)
                            : minCached;
            var order = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
            var plan =
                    new PressurePlan(
                            agents,
                            attempts,
                            turns,
                            overlap,
                            prefixTokens,
                            found,
                            suffixLimit,
                            budgetTokens,
                            lanes,
                            policy,
                            order);
            return new PressureRun(plan, hard);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /// A bar on a terminal, nothing elsewhere.
    private Runnable progress(int requests) {
        if (!Terminal.of(System.console(), System.getenv(), System.out.charset()).live()) {
            return () -> {};
        }
        var bar = new ProgressBar(spec.commandLine().getErr(), requests);
        Object one = new Object();
        return () -> {
            synchronized (one) { // agents call it from their threads
                bar.accept(1);
            }
        };
    }
}
