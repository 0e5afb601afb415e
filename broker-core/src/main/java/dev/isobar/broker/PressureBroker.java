package dev.isobar.broker;

import dev.isobar.broker.Decision.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/// Sees every source of pressure, and takes bytes back where there is too much of it.
///
/// *Safe for several threads.* Passes take turns; looking and registering never wait for one. A
/// source, a signal, a policy or a listener is always called on a virtual thread, with a deadline,
/// with no lock held; whatever it does is contained.
///
/// Call [#start()] to let it tick by itself, or [#relieve()] whenever you like, or both.
public final class PressureBroker implements AutoCloseable {

    private final BrokerConfig config;
    private final Clocks clocks;
    private final Counters counters = new Counters();
    private final SourceBook book;
    private final AlertDesk alerts;
    private final Passes passes;
    private final Ticker ticker;

    /// Whoever holds it does a pass. Not a lock over data: nobody needs it to look or to register.
    private final Semaphore turn = new Semaphore(1, true);

    private volatile boolean closed;

    private PressureBroker(Builder builder) {
        this.config = builder.config;
        this.clocks = new Clocks(builder.nanoClock, builder.clock);
        this.book = new SourceBook(config.backOff(), counters);
        ForeignCalls calls = new ForeignCalls(config.callDeadline(), builder.deadlineWait);
        this.alerts = new AlertDesk(calls, counters);
        builder.listeners.forEach(alerts::add);
        this.passes =
                new Passes(
                        config,
                        builder.policy,
                        slots(builder.signals, config, clocks),
                        clocks,
                        calls,
                        book,
                        counters,
                        alerts);
        this.ticker =
                new Ticker(this::tick, this::tickInterval, builder.tickWait, builder.nanoClock);
    }

    /// A broker with the standard policy, without signals and listeners, on the machine's clocks.
    public static PressureBroker create(BrokerConfig config) {
        return builder(config).build();
    }

    /// A builder for a broker with more than settings.
    public static Builder builder(BrokerConfig config) {
        return new Builder(config);
    }

    /// The settings.
    public BrokerConfig config() {
        return config;
    }

    /// Puts a source under this broker. May be called from anywhere, also from a listener and from
    /// inside a source; it never waits for a pass. Registering the same object again changes nothing.
    ///
    /// @return closes to end the registration; a source that is closed for good needs no closing
    /// @throws IllegalArgumentException if the name is blank, or another source has it
    /// @throws IllegalStateException if this broker is closed
    public Registration register(PressureSource source) {
        requireOpen();
        return registration(book.register(source));
    }

    /// Puts a source under this broker in place of whoever has its name, if anybody has.
    ///
    /// @return closes to end the registration
    /// @throws IllegalArgumentException if the name is blank
    /// @throws IllegalStateException if this broker is closed
    public Registration replace(PressureSource source) {
        requireOpen();
        return registration(book.replace(source));
    }

    /// Ends the registration of a name.
    ///
    /// @return whether there was one
    public boolean unregister(String name) {
        return book.remove(Objects.requireNonNull(name, "name"));
    }

    /// Adds a listener. The same object twice counts once.
    public void addListener(AlertListener listener) {
        alerts.add(Objects.requireNonNull(listener, "listener"));
    }

    /// Removes a listener.
    ///
    /// @return whether it was there
    public boolean removeListener(AlertListener listener) {
        return alerts.remove(Objects.requireNonNull(listener, "listener"));
    }

    /// Looks, decides and acts, now. Waits for its turn if a pass is running; takes as long as the
    /// asked sources take, each at most [BrokerConfig#callDeadline()] and a little.
    ///
    /// @throws IllegalStateException if this broker is closed, or if this is called by a source, a
    ///     signal or a policy that the broker is waiting for
    public Decision relieve() {
        return pass(Trigger.MANUAL);
    }

    /// What [#relieve()] would do now. Nobody is asked for bytes, and nothing changes.
    public ReliefPlan preview() {
        return passes.plan(state());
    }

    /// The state on which a policy would decide now.
    public BrokerState state() {
        return passes.state(passes.look());
    }

    /// A picture of everything, now. Nobody is asked for bytes, and nothing changes.
    public BrokerSnapshot snapshot() {
        Observation observation = passes.look();
        return new Picture(passes.state(observation), observation, clocks)
                .take(counters, ticker.heartbeat(), passes.log().newestFirst());
    }

    /// The pressure of the worst resource, now; 0 if there is none.
    public double globalPressure() {
        return state().globalPressure();
    }

    /// The tier of the worst resource, now.
    public PressureTier globalTier() {
        return state().globalTier();
    }

    /// The pressure of a resource, now; 0 if nothing is known of it.
    public double pressure(Resource resource) {
        return state().resources().stream()
                .filter(r -> r.resource().equals(resource))
                .mapToDouble(ResourceState::pressure)
                .findFirst()
                .orElse(0);
    }

    /// How long the next wait between two ticks is: by the tier that the last pass found.
    public Duration tickInterval() {
        return config.intervals().of(passes.tiers().worst());
    }

    /// Starts the tick; the first one comes after one interval. Later calls do nothing.
    ///
    /// @throws IllegalStateException if this broker is closed
    public void start() {
        requireOpen();
        ticker.start();
    }

    /// Stops the tick, waits for the pass that is running, and leaves no thread but those in which a
    /// hanging source ignores its interruption. Later calls do nothing. Called by a source or a
    /// listener, it does not wait for the pass that is waiting for them.
    @Override
    public void close() {
        ticker.stop();
        if (ForeignCalls.insidePass() || ForeignCalls.insideListener()) {
            closed = true;
            return;
        }
        turn.acquireUninterruptibly();
        closed = true;
        turn.release();
        joinTicker();
        alerts.deliver();
    }

    private void joinTicker() {
        try {
            ticker.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        if (!closed) {
            pass(Trigger.TICK);
        }
    }

    private Decision pass(Trigger trigger) {
        if (ForeignCalls.insidePass()) {
            throw new IllegalStateException(
                    "relieve() was called by a source, signal or policy that the broker waits for");
        }
        Decision decision = takeTurn(trigger);
        alerts.deliver();
        return decision;
    }

    private Decision takeTurn(Trigger trigger) {
        turn.acquireUninterruptibly();
        try {
            requireOpen();
            return passes.run(trigger);
        } finally {
            turn.release();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the broker is closed");
        }
    }

    private Registration registration(SourceSlot slot) {
        return new Registration() {
            @Override
            public String name() {
                return slot.name();
            }

            @Override
            public void close() {
                book.remove(slot);
            }

            @Override
            public String toString() {
                return "Registration[" + slot.name() + "]";
            }
        };
    }

    private static List<SignalSlot> slots(
            List<PressureSignal> signals, BrokerConfig config, Clocks clocks) {
        Set<String> names = new HashSet<>();
        List<SignalSlot> slots = new ArrayList<>();
        for (PressureSignal signal : signals) {
            SignalSlot slot = new SignalSlot(signal, config.backOff(), clocks.nanos());
            if (!names.add(slot.name())) {
                throw new IllegalArgumentException("signal name is taken: " + slot.name());
            }
            slots.add(slot);
        }
        return List.copyOf(slots);
    }

    /// Collects what a broker is made of.
    ///
    /// *One thread only.*
    public static final class Builder {

        private final BrokerConfig config;
        private ReliefPolicy policy = ReliefPolicy.standard();
        private final List<PressureSignal> signals = new ArrayList<>();
        private final List<AlertListener> listeners = new ArrayList<>();
        private LongSupplier nanoClock = System::nanoTime;
        private Clock clock = Clock.systemUTC();
        private TickWait tickWait = TickWait.REAL;
        private DeadlineWait deadlineWait = DeadlineWait.REAL;

        private Builder(BrokerConfig config) {
            this.config = Objects.requireNonNull(config, "config");
        }

        /// Sets who says what should be done; the standard policy by default.
        public Builder policy(ReliefPolicy chosen) {
            this.policy = Objects.requireNonNull(chosen, "policy");
            return this;
        }

        /// Adds a signal.
        public Builder signal(PressureSignal signal) {
            signals.add(Objects.requireNonNull(signal, "signal"));
            return this;
        }

        /// Adds a listener.
        public Builder listener(AlertListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /// Sets the monotonic clock, in nanoseconds, by which dwell, back-off and time-outs are
        /// measured.
        public Builder nanoClock(LongSupplier monotonic) {
            this.nanoClock = Objects.requireNonNull(monotonic, "nanoClock");
            return this;
        }

        /// Sets the wall clock, by which decisions and alerts are dated.
        public Builder clock(Clock wall) {
            this.clock = Objects.requireNonNull(wall, "clock");
            return this;
        }

        Builder tickWait(TickWait wait) {
            this.tickWait = wait;
            return this;
        }

        Builder deadlineWait(DeadlineWait wait) {
            this.deadlineWait = wait;
            return this;
        }

        /// Makes the broker; it does not tick yet.
        ///
        /// @throws IllegalArgumentException if two signals have one name, or one has a blank name
        public PressureBroker build() {
            return new PressureBroker(this);
        }
    }
}
