package dev.isobar.broker.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Lets work start when everything that it needs is there: a claim on several supplies is granted as a
/// whole or not at all. Whoever has to wait holds nothing meanwhile.
///
/// ```java
/// Supply tokens = Supply.counted(Resource.device(0), "tokens", 8192);
/// Supply lanes = Supply.counted(Resource.device(0), "lanes", 4);
/// var admission = Admission.of(AdmissionConfig.of("engine"), tokens, lanes);
/// var request = AdmissionRequest.of("chat 7", Claim.of(tokens, 528).and(lanes, 1));
/// switch (admission.admit(request)) {
///     case Granted(Grant grant, _) -> { try (grant) { generate(grant); } }
///     case Impossible refusal -> badRequest(refusal.message());
///     case Overloaded refusal -> tooManyRequests(refusal.message(), refusal.retryAfterSeconds());
///     case Cancelled _, Closed _ -> unavailable();
/// }
/// ```
///
/// *Safe for several threads*, virtual ones too: waiting blocks only the one who waits. Suppliers,
/// executors and whatever depends on answers are called with no lock held. A decision looks at each who
/// waits once for each who is let in.
public final class Admission implements AutoCloseable {

    private final AdmissionConfig config;
    private final Supplies supplies;
    private final Alarms alarms;
    private final Executor executor;
    private final Desk desk;
    private final Object lock = new Object();

    /// How often somebody said that a supply has changed.
    private final AtomicLong changes = new AtomicLong();

    private Admission(Builder builder) {
        this.config = builder.config;
        this.supplies = new Supplies(builder.supplies);
        this.alarms = builder.alarms;
        this.executor = builder.executor;
        var shares = new Shares(supplies, builder.shares);
        this.desk = new Desk(this, config, supplies, shares, builder.nanoClock);
    }

    /// An admission without shares, by the machine's clock.
    ///
    /// @param supplies what can be claimed; from 1 to {@value Supplies#MOST}
    /// @throws IllegalArgumentException if there are too many or too few, or two of one resource and unit
    public static Admission of(AdmissionConfig config, Supply... supplies) {
        Builder builder = builder(config);
        List.of(supplies).forEach(builder::supply);
        return builder.build();
    }

    /// Starts to build one.
    public static Builder builder(AdmissionConfig config) {
        return new Builder(config);
    }

    /// The settings.
    public AdmissionConfig config() {
        return config;
    }

    /// Asks, and waits for the answer.
    ///
    /// @return what became of it; whoever is granted something has to close the grant
    /// @throws InterruptedException if the thread is interrupted; the request is taken back, and what was
    ///     granted to it meanwhile given back
    /// @throws IllegalArgumentException if the claim names a supply of another admission
    public AdmissionAnswer admit(AdmissionRequest request) throws InterruptedException {
        Ticket ticket = submit(request);
        try {
            return ticket.await();
        } catch (InterruptedException e) {
            ticket.close();
            throw e;
        }
    }

    /// Asks, and does not wait: the same as [#admit(AdmissionRequest)] with a `maxWait` of 0.
    ///
    /// @throws IllegalArgumentException if the claim names a supply of another admission
    public AdmissionAnswer tryAdmit(AdmissionRequest request) {
        return submit(request.waitingAtMost(Duration.ZERO)).now().orElseThrow();
    }

    /// Asks; the answer may come later.
    ///
    /// @throws IllegalArgumentException if the claim names a supply of another admission
    public Ticket submit(AdmissionRequest request) {
        Demand demand = supplies.demand(request.claim(), request.tenant().orElse(""));
        long maxWait = request.maxWait().orElse(config.maxWait()).toNanos();
        var waiter = new Waiter(this, request, demand, desk.nanos(), maxWait);
        act(levels -> desk.arrive(waiter, levels));
        if (!waiter.isDelivered()) {
            setAlarm(waiter);
        }
        return waiter;
    }

    /// Looks again at those who wait, because a supply has changed. Cheap when nobody waits.
    public void reconsider() {
        changes.incrementAndGet();
        boolean nobody;
        synchronized (lock) {
            nobody = desk.line().isEmpty();
        }
        if (!nobody) {
            act(desk::elect);
        }
    }

    /// What there is, who holds it and who waits for it.
    public AdmissionSnapshot snapshot() {
        return compute(levels -> new Picture(config.name(), supplies, desk, levels).snapshot());
    }

    /// Refuses everybody who waits, and everybody who comes. Open grants stay good until they are closed.
    /// Later calls do nothing.
    @Override
    public void close() {
        act(_ -> desk.close());
    }

    Executor executor() {
        return executor;
    }

    boolean cancel(Waiter waiter) {
        return !waiter.isDelivered() && compute(levels -> desk.cancel(waiter, levels));
    }

    AdmissionAnswer grow(HeldGrant grant, Claim extra) {
        Demand demand = supplies.demand(extra, grant.request().tenant().orElse(""));
        return compute(levels -> desk.grow(grant, demand, levels));
    }

    void shrink(HeldGrant grant, Claim less) {
        Demand demand = supplies.demand(less, grant.request().tenant().orElse(""));
        act(levels -> desk.shrink(grant, demand, levels));
    }

    void used(HeldGrant grant, Supply supply, long amount) {
        int number = supplies.number(supply);
        Checks.atLeast("amount", amount, 0);
        if (!supply.isMeasured()) {
            throw new IllegalArgumentException(
                    supply + " is counted: what is used of it is what is granted");
        }
        act(levels -> desk.used(grant, number, amount, levels));
    }

    void release(HeldGrant grant) {
        act(levels -> desk.release(grant, levels));
    }

    boolean isOpen(HeldGrant grant) {
        synchronized (lock) {
            return grant.openNow();
        }
    }

    Claim claimOf(HeldGrant grant) {
        synchronized (lock) {
            return supplies.claim(grant.demand());
        }
    }

    private void act(Consumer<Levels> step) {
        var _ =
                compute(levels -> {
                    step.accept(levels);
                    return true;
                });
    }

    /// Asks the supplies, takes one step under the lock, and tells those who have their answer. If a
    /// supply changed meanwhile, those who still wait are looked at again: whoever said so may have been
    /// too early to see them.
    private <T> T compute(Function<Levels, T> step) {
        long seen = changes.get();
        Levels levels = levels();
        T result;
        List<Waiter> decided;
        synchronized (lock) {
            result = step.apply(levels);
            decided = desk.takeDecided();
        }
        decided.forEach(Waiter::deliver);
        while (changes.get() != seen) {
            seen = changes.get();
            electAgain();
        }
        return result;
    }

    private void electAgain() {
        Levels levels = levels();
        List<Waiter> decided;
        synchronized (lock) {
            desk.elect(levels);
            decided = desk.takeDecided();
        }
        decided.forEach(Waiter::deliver);
    }

    private Levels levels() {
        long[] usedBefore = {};
        if (supplies.anyMeasured()) {
            synchronized (lock) {
                usedBefore = desk.ledger().usedEver();
            }
        }
        return supplies.ask(usedBefore);
    }

    private void setAlarm(Waiter waiter) {
        waiter.setAlarm(alarms, desk.nanos(), () -> ring(waiter));
    }

    /// The time of one who waits may be up. If the injected clock says that it is not, waits again.
    private void ring(Waiter waiter) {
        act(desk::elect);
        if (!waiter.isDelivered()) {
            setAlarm(waiter);
        }
    }

    /// Collects what an [Admission] is made of.
    ///
    /// *One thread only.*
    public static final class Builder {

        private final AdmissionConfig config;
        private final List<Supply> supplies = new ArrayList<>();
        private final List<TenantShare> shares = new ArrayList<>();
        private Executor executor = Thread::startVirtualThread;
        private LongSupplier nanoClock = System::nanoTime;
        private Alarms alarms = Alarms.REAL;

        private Builder(AdmissionConfig config) {
            this.config = Objects.requireNonNull(config, "config");
        }

        /// Adds a supply.
        public Builder supply(Supply supply) {
            supplies.add(Objects.requireNonNull(supply, "supply"));
            return this;
        }

        /// Adds what a tenant may have of a supply.
        public Builder share(TenantShare share) {
            shares.add(Objects.requireNonNull(share, "share"));
            return this;
        }

        /// Sets where what depends on [Ticket#answer()] runs; by default a new virtual thread each.
        public Builder executor(Executor runsDependents) {
            this.executor = Objects.requireNonNull(runsDependents, "executor");
            return this;
        }

        /// Sets the monotonic clock, in nanoseconds; by default the machine's. Called with the lock held.
        public Builder nanoClock(LongSupplier monotonic) {
            this.nanoClock = Objects.requireNonNull(monotonic, "nanoClock");
            return this;
        }

        Builder alarms(Alarms wakeUps) {
            this.alarms = wakeUps;
            return this;
        }

        /// The admission.
        ///
        /// @throws IllegalArgumentException if there are no supplies or more than {@value Supplies#MOST},
        ///     two of one resource and unit, or two shares of one supply for one tenant
        public Admission build() {
            return new Admission(this);
        }
    }
}
