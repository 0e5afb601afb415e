package dev.isobar.pool.store;

import dev.isobar.pool.store.MemoryFiles.Loss;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// A root on a disk in memory whose machine can end before any step: for the tests of pools over a store.
public final class PowerCuts {

    private static final Path ROOT = Path.of("/data/warm");

    private final MemoryFiles files;

    /// An empty root.
    public PowerCuts() {
        this(new MemoryFiles());
    }

    private PowerCuts(MemoryFiles files) {
        this.files = files;
    }

    /// A store at the root.
    public WarmStore open(UnaryOperator<StoreConfig> settings) {
        return WarmStore.of(settings.apply(StoreConfig.at(ROOT)), files);
    }

    /// Ends the machine before a step, counted from now.
    public void cutAt(int step) {
        files.crashAt(step);
    }

    /// How many steps were made.
    public int steps() {
        return files.steps();
    }

    /// Whether something was thrown because the machine has ended.
    public static boolean isCut(Throwable thrown) {
        return thrown instanceof MemoryFiles.Crash
                || (thrown.getCause() != null && isCut(thrown.getCause()));
    }

    /// What is there after only the process was killed.
    public PowerCuts afterKill() {
        return new PowerCuts(files.afterCrash(Loss.NOTHING, 0));
    }

    /// What is there after the power was cut: nothing that was not forced.
    public PowerCuts afterCut() {
        return new PowerCuts(files.afterCrash(Loss.ALL, 0));
    }

    /// The same, by chance some of what was not forced is there.
    public PowerCuts afterCut(long seed) {
        return new PowerCuts(files.afterCrash(Loss.SOME, seed));
    }
}
