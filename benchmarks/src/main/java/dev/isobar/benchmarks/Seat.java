package dev.isobar.benchmarks;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A contestant with a class loader of its own, in which everything is loaded once more: JMH, the library and
/// what it is compared with.
record Seat(Contestant contestant, ClassLoader loader, Function<int[], double[]> runner) {

    @SuppressWarnings("unchecked")
    static Seat of(Contestant contestant) throws ReflectiveOperationException {
        ClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
        Object runner =
                loader.loadClass(TurnRunner.class.getName())
                        .getConstructor(String.class, Map.class)
                        .newInstance(contestant.benchmark(), contestant.params());
        return new Seat(contestant, loader, (Function<int[], double[]>) runner);
    }

    Turn take(int threads, int warmUps, int millis) {
        double[] measured = inItsPlace(new int[] {threads, warmUps, millis});
        return new Turn(
                contestant.group(), contestant.name(), measured[0], measured[1], measured[2]);
    }

    /// With its class loader as the thread's, for libraries that look for their parts.
    private double[] inItsPlace(int[] turn) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return runner.apply(turn);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] classPath() {
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            try {
                urls.add(Path.of(part).toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException(part, e);
            }
        }
        return urls.toArray(URL[]::new);
    }
}
