package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.Resource;
import dev.isobar.broker.contract.PressureSourceContract;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadStrategy;
import dev.isobar.memory.load.Residency;
import dev.isobar.memory.load.ResidencyConfig;
import dev.isobar.memory.load.TensorRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tensors of a model under the broker.
class ResidencySourceTest extends PressureSourceContract {

    private static final int TENSOR = 4096;
    private static final int COUNT = 10;

    @TempDir Path folder;

    private final FileSources sources = new FileSources();
    private final FileLoader loader = new FileLoader(sources);
    private final HostSpace space = HostSpace.of("host", 1 << 24);

    @AfterEach
    void close() {
        loader.close();
        sources.close();
        space.close();
    }

    @Override
    protected PressureSource filled() {
        return new ResidencySource(loaded(), Resource.HOST);
    }

    @Override
    protected PressureSource empty() {
        return new ResidencySource(residency(), Resource.HOST);
    }

    @Override
    protected PressureSource allPinned() {
        Residency residency = loaded();
        IntStream.range(0, COUNT).forEach(residency::pin);
        return new ResidencySource(residency, Resource.HOST);
    }

    @Test
    void closed_followsTheResidency() {
        Residency residency = loaded();
        PressureSource source = new ResidencySource(residency, Resource.HOST);
        assertThat(source.closed()).isFalse();
        residency.close();
        assertThat(source.closed()).isTrue();
        assertThat(source.usage().usedBytes()).isZero();
        assertThat(space.usedBytes()).isZero();
    }

    private Residency loaded() {
        Residency residency = residency();
        residency.load(
                IntStream.range(0, COUNT).boxed().toList(), LoadPolicy.of(LoadStrategy.READ));
        return residency;
    }

    private Residency residency() {
        FileSource source = sources.register(model());
        Residency residency =
                new Residency(ResidencyConfig.of("model", (COUNT + 2L) * TENSOR), loader, space);
        residency.bind(
                IntStream.range(0, COUNT)
                        .mapToObj(i ->
                                new TensorRecord("t" + i, source.extent((long) i * TENSOR, TENSOR)))
                        .toList());
        return residency;
    }

    private Path model() {
        try {
            return Files.write(folder.resolve("model"), new byte[COUNT * TENSOR]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
