package dev.isobar.broker.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.isobar.broker.AlertListener;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.PressureAlert;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureSignal;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.ReliefPlan;
import dev.isobar.broker.ReliefPolicy;
import dev.isobar.broker.Resource;
import dev.isobar.broker.SourceView;
import dev.isobar.broker.TickIntervals;
import dev.isobar.broker.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BrokerModuleTest {

    /// A pool of which nothing but the number of bytes is left.
    private static final class Pool implements PressureSource {

        private final String name;
        private final AtomicLong used;

        Pool(String name, long used) {
            this.name = name;
            this.used = new AtomicLong(used);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Resource resource() {
            return Resource.HEAP;
        }

        @Override
        public Usage usage() {
            return Usage.of(used.get(), 1000);
        }

        @Override
        public ReclaimResult reclaim(ReclaimRequest request) {
            used.addAndGet(-request.bytes());
            return ReclaimResult.freed(request.bytes(), request.bytes(), "");
        }
    }

    private static final BrokerConfig FAST =
            BrokerConfig.builder().intervals(TickIntervals.of(Duration.ofMillis(5))).build();

    @Test
    void installingAPoolsModule_registersItWhenTheServiceStarts() {
        Injector injector = inject(BrokerConfig.defaults(), pool(new Pool("kv", 100)));
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            service.start();
            service.start();
            assertThat(service.broker().snapshot().sources())
                    .extracting(SourceView::name)
                    .containsExactly("kv");
            assertThat(service.broker()).isSameAs(injector.getInstance(PressureBroker.class));
        }
    }

    @Test
    void tickInterval_comesFromTheConfig() {
        try (BrokerService service = inject(FAST).getInstance(BrokerService.class)) {
            assertThat(service.tickInterval()).isEqualTo(Duration.ofMillis(5));
        }
    }

    @Test
    void started_tickRelievesWhatIsOverTheThreshold() {
        Pool pool = new Pool("kv", 900);
        Injector injector = inject(FAST, pool(pool));
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            service.start();
            Awaitility.await().until(() -> pool.used.get() == 600);
        }
    }

    @Test
    void started_tickLeavesWhatIsBelowTheThreshold() {
        Pool pool = new Pool("kv", 700);
        Injector injector = inject(FAST, pool(pool));
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            service.start();
            Awaitility.await().until(() -> service.broker().snapshot().totals().passes() > 3);
            assertThat(pool.used).hasValue(700);
        }
    }

    @Test
    void close_stopsTheTick_twiceIsOnce() {
        BrokerService service = inject(FAST).getInstance(BrokerService.class);
        service.start();
        service.close();
        service.close();
        assertThat(service.broker().snapshot().heartbeat().running()).isFalse();
    }

    @Test
    void handle_stateCommand_answersTheSnapshotAndObservesOnly() {
        Pool pool = new Pool("kv", 990);
        Injector injector = inject(BrokerConfig.defaults(), pool(pool));
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            service.start();
            BrokerSnapshot snapshot = service.handle("system/pressure-broker-state");
            assertThat(snapshot.globalPressure()).isEqualTo(0.99);
            assertThat(pool.used).hasValue(990);
            assertThat(snapshot.totals().asks()).isZero();
        }
    }

    @Test
    void handle_anotherCommand_refusedWithTheKnownOnes() {
        try (BrokerService service =
                inject(BrokerConfig.defaults()).getInstance(BrokerService.class)) {
            assertThat(service.commands()).containsExactly("system/pressure-broker-state");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> service.handle("system/shutdown"))
                    .withMessageContaining("system/shutdown")
                    .withMessageContaining("system/pressure-broker-state");
        }
    }

    @Test
    void start_twoSourcesWithOneName_refused() {
        Injector injector =
                inject(BrokerConfig.defaults(), pool(new Pool("kv", 1)), pool(new Pool("kv", 2)));
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(service::start)
                    .withMessageContaining("kv");
        }
    }

    @Test
    void signalsListenersAndPolicy_areTaken() {
        List<PressureAlert> alerts = new CopyOnWriteArrayList<>();
        Module extras =
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        Multibinder.newSetBinder(binder(), AlertListener.class)
                                .addBinding()
                                .toInstance(alerts::add);
                        Multibinder.newSetBinder(binder(), PressureSignal.class)
                                .addBinding()
                                .toInstance(new Constant());
                        OptionalBinder.newOptionalBinder(binder(), ReliefPolicy.class)
                                .setBinding()
                                .toInstance(_ -> new ReliefPlan(List.of()));
                    }
                };
        Injector injector = inject(BrokerConfig.defaults(), extras);
        try (BrokerService service = injector.getInstance(BrokerService.class)) {
            assertThat(service.broker().relieve().policy()).isEqualTo("custom");
            assertThat(service.broker().globalPressure()).isEqualTo(0.7);
            assertThat(alerts).hasSize(1);
        }
    }

    private record Constant() implements PressureSignal {
        @Override
        public String name() {
            return "constant";
        }

        @Override
        public Resource resource() {
            return Resource.HOST;
        }

        @Override
        public double pressure() {
            return 0.7;
        }
    }

    private static Injector inject(BrokerConfig config, Module... modules) {
        return Guice.createInjector(
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        install(new BrokerModule(config));
                        for (Module module : modules) {
                            install(module);
                        }
                    }
                });
    }

    private static Module pool(Pool pool) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                Multibinder.newSetBinder(binder(), PressureSource.class)
                        .addBinding()
                        .toInstance(pool);
            }
        };
    }
}
