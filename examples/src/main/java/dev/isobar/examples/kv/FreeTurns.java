package dev.isobar.examples.kv;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/// Agents that run as the machine lets them: no two runs are the same.
///
/// *Safe for several threads.*
final class FreeTurns implements Turns {

    @Override
    public void run(List<Callable<Void>> agents) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> agent : threads.invokeAll(agents)) {
                agent.get();
            }
        }
    }

    @Override
    public void pass() {}

    @Override
    public void passUntil(BooleanSupplier happened, Waiting wait) throws InterruptedException {
        wait.await();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
