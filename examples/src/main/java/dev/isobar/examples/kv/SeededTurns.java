package dev.isobar.examples.kv;

import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Agents of which one runs at a time. Where it passes, a number from a seeded generator says who of those
/// that can go on is next: the same seed makes the same run, whatever the machine does.
///
/// Each turn takes a millisecond of the agents' own time.
///
/// *Safe for several threads:* all but the seats' permits belongs to whose turn it is, and the permits hand
/// it on.
final class SeededTurns implements Turns {

    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Random random;
    private final double keeps;
    private final List<Seat> seats = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private Seat current = new Seat();
    private volatile boolean stopped;

    SeededTurns(long seed) {
        random = new Random(seed);
        keeps = 1 - Math.pow(random.nextDouble(), 3);
    }

    @Override
    public void run(List<Callable<Void>> agents) throws InterruptedException, ExecutionException {
        List<Callable<Void>> seated = agents.stream().map(this::seated).toList();
        giveNext();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> agent : threads.invokeAll(seated)) {
                agent.get();
            }
        }
    }

    private Callable<Void> seated(Callable<Void> agent) {
        Seat seat = new Seat();
        seats.add(seat);
        return () -> {
            take(seat);
            try {
                return agent.call();
            } finally {
                leave(seat);
            }
        };
    }

    @Override
    public void pass() throws InterruptedException {
        passUntil(() -> true, () -> {});
    }

    @Override
    public void passUntil(BooleanSupplier happened, Waiting wait) throws InterruptedException {
        Seat mine = current;
        mine.ready = happened;
        giveNext();
        take(mine);
        wait.await();
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    private void take(Seat seat) throws InterruptedException {
        try {
            seat.permit.acquire();
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
        if (stopped) {
            throw new InterruptedException("an agent was stopped, or all waited for each other");
        }
    }

    private void leave(Seat seat) {
        if (!stopped) {
            seats.remove(seat);
            giveNext();
        }
    }

    private void giveNext() {
        nanos.addAndGet(TURN_NANOS);
        List<Seat> ready = seats.stream().filter(seat -> seat.ready.getAsBoolean()).toList();
        if (ready.isEmpty()) {
            stop();
            return;
        }
        if (!ready.contains(current) || random.nextDouble() >= keeps) {
            current = ready.get(random.nextInt(ready.size()));
        }
        current.permit.release();
    }

    /// Nobody gets a turn any more; who waits for one learns it.
    private void stop() {
        stopped = true;
        seats.forEach(seat -> seat.permit.release());
    }

    /// An agent's place.
    private static final class Seat {

        private final Semaphore permit = new Semaphore(0);
        private BooleanSupplier ready = () -> true;
    }
}
