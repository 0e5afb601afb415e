package dev.isobar.broker;

import java.util.function.UnaryOperator;

/// A broker on manual time, with a listener that remembers.
final class BrokerFixture implements AutoCloseable {

    final ManualClock clock = new ManualClock();
    final Hanging hanging = new Hanging(clock);
    final ManualTicks ticks = new ManualTicks();
    final Alerts alerts = new Alerts();
    final PressureBroker broker;

    private BrokerFixture(
            BrokerConfig config, UnaryOperator<PressureBroker.Builder> more) {
        this.broker =
                more.apply(
                                PressureBroker.builder(config)
                                        .nanoClock(clock::nanos)
                                        .clock(clock)
                                        .tickWait(ticks)
                                        .deadlineWait(hanging)
                                        .listener(alerts))
                        .build();
    }

    static BrokerFixture create() {
        return with(BrokerConfig.defaults());
    }

    static BrokerFixture with(BrokerConfig config) {
        return with(config, b -> b);
    }

    static BrokerFixture with(BrokerConfig config, UnaryOperator<PressureBroker.Builder> more) {
        return new BrokerFixture(config, more);
    }

    FakeSource source(String name, long used, long capacity) {
        return register(FakeSource.of(name, used, capacity));
    }

    FakeSource register(FakeSource source) {
        broker.register(source);
        return source;
    }

    /// Lets dwell times and tick intervals pass, but no time-out.
    void pause() {
        clock.advance(java.time.Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        hanging.release();
        broker.close();
    }
}
