package dev.isobar.memory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a main class of the tests in a virtual machine of its own.
final class ChildJvm {

    record Result(int exitCode, String output) {}

    private ChildJvm() {}

    static Result run(List<String> flags, Class<?> main, String... args) throws Exception {
        return start(command(flags, main, args));
    }

    /// The same, unable to write a file longer than that.
    static Result runWithFileLimit(long kilobytes, Class<?> main, String... args) throws Exception {
        List<String> shell = new ArrayList<>(List.of("bash", "-c"));
        shell.add("ulimit -f " + kilobytes + " && exec \"$0\" \"$@\"");
        shell.addAll(command(List.of(), main, args));
        return start(shell);
    }

    private static List<String> command(List<String> flags, Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static Result start(List<String> command) throws Exception {
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!child.waitFor(60, TimeUnit.SECONDS)) {
            child.destroyForcibly();
            throw new AssertionError("the child did not end: " + output);
        }
        return new Result(child.exitValue(), output);
    }
}
