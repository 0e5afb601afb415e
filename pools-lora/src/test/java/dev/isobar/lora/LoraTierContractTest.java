package dev.isobar.lora;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.contract.PressureSourceContract;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemorySpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The tier where adapters are used is a source like any other.
class LoraTierContractTest extends PressureSourceContract {

    @TempDir private Path folder;

    private final List<LoraFixture> open = new ArrayList<>();
    private final List<Activation.Active> held = new ArrayList<>();

    /// A space for the tier.
    MemorySpace space() {
        return HostSpace.of("device", 64 << 20);
    }

    @AfterEach
    void close() {
        held.forEach(Activation.Active::close);
        open.forEach(LoraFixture::close);
    }

    @Override
    protected PressureSource filled() {
        LoraFixture fixture = fixture();
        for (int i = 0; i < 6; i++) {
            fixture.use("adapter" + i);
        }
        return source(fixture);
    }

    @Override
    protected PressureSource empty() {
        return source(fixture());
    }

    @Override
    protected PressureSource allPinned() {
        LoraFixture fixture = fixture();
        for (int i = 0; i < 8; i++) {
            held.add(fixture.active("adapter" + i));
        }
        return source(fixture);
    }

    private static PressureSource source(LoraFixture fixture) {
        return fixture.pool.sources().getFirst();
    }

    private LoraFixture fixture() {
        Path files = folder.resolve("files" + open.size());
        LoraFixture fixture = new LoraFixture(files, 8, space(), 8, UnaryOperator.identity());
        open.add(fixture);
        for (int i = 0; i < 8; i++) {
            fixture.adapter("adapter" + i, 1);
        }
        return fixture;
    }
}
