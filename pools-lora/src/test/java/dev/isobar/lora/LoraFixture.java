package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.Resource;
import dev.isobar.lora.format.PeftFolder;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemorySpace;
import dev.isobar.pool.EvictionPriority;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// A pool over real files and real memory, with a clock that is moved by hand. Both tiers are host
/// memory unless a test brings a device.
final class LoraFixture implements AutoCloseable {

    static final long PAGE = 4096;

    final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    final HostSpace hostSpace = HostSpace.of("host", 64 << 20);
    final MemorySpace deviceSpace;
    final LoraPool pool;
    private final Path folder;

    /// @param devicePages 0 for none
    LoraFixture(
            Path folder,
            int hostPages,
            int devicePages,
            EvictionPriority<ResidentAdapter> priority) {
        this(folder, hostPages, devicePages, config -> config.withPriority(priority));
    }

    /// @param devicePages 0 for none
    /// @param settings what else is set
    LoraFixture(
            Path folder, int hostPages, int devicePages, UnaryOperator<LoraPoolConfig> settings) {
        this(folder, hostPages, HostSpace.of("device", 64 << 20), devicePages, settings);
    }

    /// @param space of the device; is closed with this
    /// @param devicePages 0 for none
    /// @param settings what else is set
    LoraFixture(
            Path folder,
            int hostPages,
            MemorySpace space,
            int devicePages,
            UnaryOperator<LoraPoolConfig> settings) {
        this.deviceSpace = space;
        this.folder = folder;
        TierConfig host = new TierConfig("host", hostSpace, Resource.HOST, PAGE, hostPages * PAGE);
        LoraPoolConfig config = settings.apply(LoraPoolConfig.of(host).withNanoClock(nanos::get));
        if (devicePages > 0) {
            config =
                    config.withDevice(
                            new TierConfig(
                                    "device",
                                    deviceSpace,
                                    Resource.device(0),
                                    PAGE,
                                    devicePages * PAGE));
        }
        pool = new LoraPool(config);
    }

    /// Makes an adapter that takes so many pages, and registers it.
    LoraFixture adapter(String name, int pages, double priority, String domain) {
        int width = Math.toIntExact(pages * PAGE / 8);
        Path path =
                new PeftFolder()
                        .pair("layers.0.q_proj", 1, width)
                        .settings("'r':1,'lora_alpha':1")
                        .write(folder.resolve(name));
        assertThat(pool.register(name, path, priority, domain).bytes()).isEqualTo(pages * PAGE);
        return this;
    }

    LoraFixture adapter(String name, int pages) {
        return adapter(name, pages, LoraPriority.DEFAULT, "");
    }

    LoraFixture adapters(String... names) {
        List.of(names).forEach(name -> adapter(name, 1));
        return this;
    }

    /// Activates and lets go; time goes on by a second.
    Activation use(String name) {
        Activation activation = activate(name);
        if (activation instanceof Activation.Active active) {
            active.close();
        }
        return activation;
    }

    Activation activate(String name) {
        nanos.addAndGet(1_000_000_000L);
        try {
            return pool.activate(name);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Activation.Active active(String name) {
        return (Activation.Active) activate(name);
    }

    /// Loads into the host; whether it was not there.
    boolean add(String name) {
        nanos.addAndGet(1_000_000_000L);
        try {
            Activation.Active active = (Activation.Active) pool.prefetch(List.of(name)).getFirst();
            return active.loaded();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Activation pin(String name) {
        nanos.addAndGet(1_000_000_000L);
        try {
            Activation activation = pool.pin(name);
            if (activation instanceof Activation.Active active) {
                active.close();
            }
            return activation;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> victims(Activation activation) {
        return ((Activation.Active) activation).evicted().stream().map(Evicted::name).toList();
    }

    /// Closes the pool: nothing is left in any space.
    @Override
    public void close() {
        pool.close();
        assertThat(hostSpace.usedBytes()).isZero();
        assertThat(deviceSpace.usedBytes()).isZero();
        hostSpace.close();
        deviceSpace.close();
    }
}
