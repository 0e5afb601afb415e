package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.isobar.memory.MemoryBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of loading share.
abstract class ResidencyFixture {

    static final int TENSOR = 8192;
    static final int COUNT = 8;
    static final long BUDGET = 3 * TENSOR;

    @TempDir Path folder;

    final FaultyFiles system = new FaultyFiles();
    final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
    final FakeDevice space = new FakeDevice(1 << 24);
    final Residency residency = new Residency(ResidencyConfig.of("model", BUDGET), loader, space);
    final LoadPolicy policy = LoadPolicy.of(LoadStrategy.READ);
    byte[] content;
    FileSource source;
    List<TensorRecord> records;

    @BeforeEach
    void bind() {
        content = TestFiles.bytes(COUNT * TENSOR, 6);
        source = sources.register(TestFiles.write(folder, "model", content));
        records = records(source);
        residency.bind(records);
    }

    @AfterEach
    void nothingIsLeft() {
        system.heal();
        space.failFree = false;
        residency.close();
        assertThat(residency.usedBytes()).isZero();
        assertThat(residency.pinnedBytes()).isZero();
        assertThat(space.usedBytes()).isZero();
        assertThat(sources.leases()).isEmpty();
        loader.close();
        sources.close();
        space.close();
    }

    List<MemoryBlock> loadedBlocks(ResidencyPlan plan) {
        return loader.loadNew(
                        space,
                        plan.steps().stream().map(ResidencyPlan.Step::extent).toList(),
                        policy)
                .blocks();
    }

    static List<TensorRecord> records(FileSource source) {
        List<TensorRecord> records = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            records.add(new TensorRecord("t" + i, source.extent((long) i * TENSOR, TENSOR)));
        }
        return records;
    }

    ResidencyState state(int tensor) {
        return residency.status(tensor).state();
    }

    byte[] expected(int tensor) {
        return TestFiles.slice(content, (long) tensor * TENSOR, TENSOR);
    }

    void assertBytes(int tensor) {
        try (TensorPin pin = residency.pin(tensor)) {
            assertThat(TestFiles.contents(pin.block())).isEqualTo(expected(tensor));
        }
    }

    static ResidencyException refused(ResidencyError code, ThrowingCallable action) {
        ResidencyException failure = catchThrowableOfType(ResidencyException.class, action);
        assertThat(failure).as("refused with " + code).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        return failure;
    }
}
