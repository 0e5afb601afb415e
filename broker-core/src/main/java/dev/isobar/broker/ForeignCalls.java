package dev.isobar.broker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/// Calls code that is not ours: each call on a virtual thread of its own, with a deadline, with no
/// lock held, whatever it throws contained. A call that does not come back is interrupted, and its
/// callee is not called again until it has.
///
/// *Safe for several threads.*
final class ForeignCalls {

    /// Bound while a source, a signal or a policy runs: from there, no pass may be started, since it
    /// would wait for itself.
    private static final ScopedValue<Boolean> INSIDE_PASS = ScopedValue.newInstance();

    /// Bound while a listener runs.
    private static final ScopedValue<Boolean> INSIDE_LISTENER = ScopedValue.newInstance();

    private final Duration deadline;
    private final DeadlineWait wait;

    ForeignCalls(Duration deadline, DeadlineWait wait) {
        this.deadline = deadline;
        this.wait = wait;
    }

    /// Whether this thread runs a source, a signal or a policy for the broker.
    static boolean insidePass() {
        return INSIDE_PASS.isBound();
    }

    /// Whether this thread runs a listener for the broker.
    static boolean insideListener() {
        return INSIDE_LISTENER.isBound();
    }

    /// Calls and waits for the answer.
    ///
    /// @param what the call in a few words, for messages and the thread's name
    <T> Answer<T> call(CallGate gate, String what, Callable<T> body) {
        return start(gate, what, body).await();
    }

    /// Calls without waiting yet.
    <T> Call<T> start(CallGate gate, String what, Callable<T> body) {
        return new Call<>(gate, what, body, INSIDE_PASS);
    }

    /// Calls a listener and waits for the end.
    Call<Boolean> startListener(CallGate gate, String what, Runnable body) {
        return new Call<>(
                gate,
                what,
                () -> {
                    body.run();
                    return true;
                },
                INSIDE_LISTENER);
    }

    /// One call on its way.
    final class Call<T> {

        private enum Phase {
            RUNNING,
            DONE,
            HANGING
        }

        private final CallGate gate;
        private final String what;
        private final long startNanos = System.nanoTime();
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
        private final CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
        private final Thread thread;

        private Call(CallGate gate, String what, Callable<T> body, ScopedValue<Boolean> inside) {
            this.gate = gate;
            this.what = what;
            this.thread =
                    Thread.ofVirtual()
                            .name("isobar-broker: " + what)
                            .unstarted(() -> ScopedValue.where(inside, true).run(() -> run(body)));
            if (gate.blocked()) {
                answer.complete(new Answer.Failed<>(what + ": an earlier call still hangs", true));
            } else {
                thread.start();
            }
        }

        /// Waits until the deadline, counted from the start.
        Answer<T> await() {
            Duration left = deadline.minusNanos(System.nanoTime() - startNanos);
            if (!wait.await(thread, answer, left.isNegative() ? Duration.ZERO : left)) {
                giveUp();
            }
            return answer.join();
        }

        private void run(Callable<T> body) {
            Answer<T> result;
            try {
                T value = body.call();
                result =
                        value == null
                                ? new Answer.Failed<>(what + " returned null", false)
                                : new Answer.Given<>(value);
            } catch (Throwable t) { // whatever foreign code throws ends here
                result = new Answer.Failed<>(what + " threw " + describe(t), false);
            }
            if (phase.compareAndSet(Phase.RUNNING, Phase.DONE)) {
                answer.complete(result);
            } else {
                gate.callCameBack();
            }
        }

        /// The gate closes before the phase changes, so that it can only open after it was closed.
        private void giveUp() {
            gate.callHangs();
            if (phase.compareAndSet(Phase.RUNNING, Phase.HANGING)) {
                answer.complete(
                        new Answer.Failed<>(what + " did not return within " + deadline, true));
                thread.interrupt();
            } else {
                gate.callCameBack();
            }
        }
    }

    /// An exception in a few words, even if its own methods throw.
    private static String describe(Throwable t) {
        try {
            String message = t.getMessage();
            String name = t.getClass().getSimpleName();
            return message == null ? name : name + ": " + message;
        } catch (Throwable _) {
            return t.getClass().getName();
        }
    }
}
