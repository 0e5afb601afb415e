package dev.isobar.examples.kv;

import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.memory.HostSpace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "Each attempt is a conversation that grows: a tool call, an answer, some turns, a second",
            "call and a last answer. Bytes are written and read again; there is no model.",
            "",
            "Exit codes: 0 nothing lost and no admitted request without room, 1 otherwise,",
            "2 bad options."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
public final class KvPressureCommand implements Callable<Integer> {

    private static final int TOKENS_PER_BLOCK = 16;

    @Spec private CommandSpec spec;

    @Option(names = "--agents", defaultValue = "8", description = "How many work at once.")
    private int agents;

    @Option(names = "--attempts", defaultValue = "3", description = "Conversations of each.")
    private int attempts;

    @Option(names = "--turns", defaultValue = "6", description = "Turns between the tool calls.")
    private int turns;

    @Option(names = "--prefix", defaultValue = "2176", description = "Tokens that all share.")
    private int prefixTokens;

    @Option(names = "--budget", defaultValue = "9600", description = "Tokens that the pool holds.")
    private int budgetTokens;

    @Option(names = "--lanes", defaultValue = "4", description = "Requests that run at once.")
    private int lanes;

    @Option(
            names = "--policy",
            defaultValue = "ADAPTIVE",
            description = "Which kept block goes first: ${COMPLETION-CANDIDATES}.")
    private KvPolicy policy;

    @Option(
            names = "--seed",
            description = {
                "Agents take turns, in an order that follows from this",
                "number: the same again each time."
            })
    private @Nullable Long seed;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        ToolLoopReport report = run(plan());
        print(spec.commandLine().getOut(), report);
        return report.slotFailures() == 0 && report.lostTokens() == 0 ? 0 : 1;
    }

    private ToolLoopPlan plan() {
        try {
            var order = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
            return new ToolLoopPlan(
                    agents, attempts, turns, prefixTokens, budgetTokens, lanes, policy, order);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /// Runs a plan on a pool of its own in host memory, 32 bytes a token.
    static ToolLoopReport run(ToolLoopPlan plan) throws InterruptedException, ExecutionException {
        KvShape shape = new KvShape(1, 1, 16, KvType.INT8, KvType.INT8, TOKENS_PER_BLOCK);
        KvPoolConfig config =
                KvPoolConfig.builder(shape, KvIdentity.of("tool-loop"))
                        .policy(plan.policy())
                        .capacityBlocks(Math.ceilDiv(plan.budgetTokens(), TOKENS_PER_BLOCK))
                        .build();
        try (HostSpace space = HostSpace.of("kv-pressure", 1L << 30);
                KvPool pool = new KvPool(config, space)) {
            return new ToolLoop(plan, pool).run();
        }
    }

    private static void print(PrintWriter out, ToolLoopReport report) {
        row(out, "requests", "%,d".formatted(report.requests()));
        row(out, "reuse", percent(report.reuse()));
        row(out, "an LRU's, one at a time", percent(report.patientLruReuse()));
        row(out, "evicted", "%,d blocks".formatted(report.evictedBlocks()));
        row(out, "waits", "%,d".formatted(report.waits()));
        row(out, "refusals", "%,d".formatted(report.refusals()));
        row(out, "slowest admission", millis(report.slowestAdmissionNanos()));
        row(out, "most admitted while one waited", "%,d".formatted(report.mostPassed()));
        row(out, "admitted without room", "%,d".formatted(report.slotFailures()));
        row(out, "lost tokens", "%,d".formatted(report.lostTokens()));
        out.flush();
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * part);
    }

    private static String millis(long nanos) {
        return "%,d ms".formatted(Duration.ofNanos(nanos).toMillis());
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-32s %s%n", name, value);
    }
}
