package dev.isobar.examples.kv;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

/// How agents that work at the same time take turns.
///
/// *Safe for several threads.*
interface Turns {

    /// Runs agents to their end, each in a thread of its own. To be called once.
    ///
    /// @throws ExecutionException if one of them failed
    void run(List<Callable<Void>> agents) throws InterruptedException, ExecutionException;

    /// A point at which others may go on. Called by agents only.
    void pass() throws InterruptedException;

    /// Lets others go on until something has happened. Called by agents only.
    ///
    /// @param happened asked often; has to become true by what other agents do
    /// @param wait waits for the same, for as long as it takes
    void passUntil(BooleanSupplier happened, Waiting wait) throws InterruptedException;

    /// The time that the agents live in, in nanoseconds; only differences mean something.
    long nanos();

    /// Waits for something.
    @FunctionalInterface
    interface Waiting {

        /// Returns when it has happened.
        void await() throws InterruptedException;
    }
}
