package dev.isobar.broker.admission;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// A request that was made, and may be waiting.
///
/// *Safe for several threads.* Whoever asked keeps the ticket and closes it in the end: then nothing is
/// lost, whatever had been decided meanwhile.
public interface Ticket extends AutoCloseable {

    /// The answer, when it is there. Never completes exceptionally, unless the admission's executor
    /// takes no more tasks: then what was granted has been given back. What depends on it runs on that
    /// executor. Cancelling a future made of it has no effect on the request: use [#cancel()].
    CompletionStage<AdmissionAnswer> answer();

    /// The answer, if it is there already.
    Optional<AdmissionAnswer> now();

    /// Waits for the answer. Every request has a deadline, so it comes.
    ///
    /// @throws InterruptedException if the thread is interrupted; the request is still waiting then
    AdmissionAnswer await() throws InterruptedException;

    /// Takes the request back while it waits; the others are looked at again. It is answered with
    /// [AdmissionAnswer.Cancelled].
    ///
    /// @return whether it was waiting; if not, its answer stands
    boolean cancel();

    /// Takes the request back, or gives back what was granted to it. Later calls do nothing.
    @Override
    void close();
}
