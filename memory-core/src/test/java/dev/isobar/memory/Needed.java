package dev.isobar.memory;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What some tests need of the machine. Where it is missing they are skipped, and say why; or they
/// fail, where the build was told that it must be there.
///
/// Each is a condition for both kinds of test, JUnit's and jqwik's.
abstract class Needed implements ExecutionCondition, SkipExecutionHook {

    private static final String REQUIRE_OPENCL = "isobar.require.opencl";

    private final Supplier<String> missing;

    private Needed(Supplier<String> missing) {
        this.missing = missing;
    }

    /// A machine with an OpenCL device.
    static final class OpenClDevice extends Needed {
        OpenClDevice() {
            super(() -> openClIsRequired() ? "" : reasonAgainst(SpaceKind.OPENCL));
        }
    }

    /// A machine with an NVIDIA GPU.
    static final class Gpu extends Needed {
        Gpu() {
            super(() -> reasonAgainst(SpaceKind.CUDA));
        }
    }

    /// A machine that can compile the stand-ins.
    static final class Compiler extends Needed {
        Compiler() {
            super(StandIn::reasonAgainst);
        }
    }

    /// The first OpenCL device.
    static SpaceDescription.Available openCl() {
        return first(SpaceKind.OPENCL)
                .orElseGet(() -> {
                    String reason = reasonAgainst(SpaceKind.OPENCL);
                    return openClIsRequired()
                            ? fail("OpenCL is required here. " + reason)
                            : abort(reason);
                });
    }

    /// The first GPU.
    static SpaceDescription.Available gpu() {
        return first(SpaceKind.CUDA).orElseGet(() -> abort(reasonAgainst(SpaceKind.CUDA)));
    }

    /// For classes with tests of both kinds: jqwik warns where it sees an extension of JUnit.
    void orSkip() {
        String reason = missing.get();
        if (!reason.isEmpty()) {
            abort(reason);
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String reason = missing.get();
        return reason.isEmpty()
                ? ConditionEvaluationResult.enabled("all is there")
                : ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        String reason = missing.get();
        return reason.isEmpty() ? SkipResult.doNotSkip() : SkipResult.skip(reason);
    }

    private static boolean openClIsRequired() {
        return Boolean.getBoolean(REQUIRE_OPENCL);
    }

    private static Optional<SpaceDescription.Available> first(SpaceKind kind) {
        return Machine.FOUND.stream()
                .filter(found -> found.kind() == kind)
                .filter(SpaceDescription.Available.class::isInstance)
                .map(SpaceDescription.Available.class::cast)
                .findFirst();
    }

    /// Empty if there is a device.
    private static String reasonAgainst(SpaceKind kind) {
        for (SpaceDescription found : Machine.FOUND) {
            if (found instanceof SpaceDescription.Unavailable(SpaceKind lacking, String reason)
                    && lacking == kind) {
                return "no " + kind + " device: " + reason;
            }
        }
        return "";
    }

    /// Looked at once.
    private static final class Machine {
        private static final List<SpaceDescription> FOUND = Devices.discover();
    }
}
