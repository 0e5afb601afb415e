package dev.isobar.memory.bundle;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs the tests of memory spaces without Maven, on a machine that has the device: the program in
/// the archive that `scripts/gpu-bundle` builds.
public final class DeviceTests {

    private static final List<String> CLASSES =
            List.of("CudaSpaceTest", "OpenClSpaceTest", "HostSpaceTest", "DevicesTest");

    private DeviceTests() {}

    /// Prints a summary. Exit code 1 if a test failed.
    public static void main(String[] args) {
        Logger jqwik = Logger.getLogger("net.jqwik");
        jqwik.setLevel(Level.WARNING);
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String each : CLASSES) {
            selectors.add(selectClass("dev.isobar.memory." + each));
        }
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectors)
                        .configurationParameter("jqwik.database", "")
                        .configurationParameter("jqwik.reporting.onlyfailures", "true")
                        .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary, new Progress());
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        summary.getSummary().printFailuresTo(out, 20);
        summary.getSummary().printTo(out);
        System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
    }

    /// A line for each class, and the reason for what is skipped.
    private static final class Progress implements TestExecutionListener {

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.getParentId().isPresent() && test.getType().isContainer()) {
                System.out.println("running " + test.getDisplayName());
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                String reason = result.getThrowable().map(Throwable::getMessage).orElse("");
                System.out.println("skipped " + test.getDisplayName() + ": " + reason);
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            System.out.println("skipped " + test.getDisplayName() + ": " + reason);
        }
    }
}
