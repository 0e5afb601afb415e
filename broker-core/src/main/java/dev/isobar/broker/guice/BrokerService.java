package dev.isobar.broker.guice;

import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/// The broker as a service of its host: starts and stops with it, and answers its one command.
///
/// *Safe for several threads.* Usable without Guice, too.
public final class BrokerService implements AutoCloseable {

    /// The command that shows the broker's state. It only observes.
    public static final String STATE_COMMAND = "system/pressure-broker-state";

    private final PressureBroker broker;
    private final Set<PressureSource> sources;

    /// @param broker what this service starts and closes
    /// @param sources what it registers
    public BrokerService(PressureBroker broker, Set<PressureSource> sources) {
        this.broker = Objects.requireNonNull(broker, "broker");
        this.sources = Set.copyOf(sources);
    }

    /// Registers all sources and starts the tick. Later calls do nothing.
    ///
    /// @throws IllegalArgumentException if two sources have one name
    /// @throws IllegalStateException if the service was closed
    public void start() {
        sources.forEach(broker::register);
        broker.start();
    }

    /// Stops the tick and closes the broker. Later calls do nothing.
    @Override
    public void close() {
        broker.close();
    }

    /// The broker itself.
    public PressureBroker broker() {
        return broker;
    }

    /// How long the next wait between two ticks is.
    public Duration tickInterval() {
        return broker.tickInterval();
    }

    /// The commands that [#handle(String)] knows.
    public Set<String> commands() {
        return Set.of(STATE_COMMAND);
    }

    /// Answers a command.
    ///
    /// @param command {@value #STATE_COMMAND}
    /// @throws IllegalArgumentException if the command is another one
    public BrokerSnapshot handle(String command) {
        if (!commands().contains(command)) {
            throw new IllegalArgumentException(
                    "unknown command: " + command + "; known: " + commands());
        }
        return broker.snapshot();
    }
}
