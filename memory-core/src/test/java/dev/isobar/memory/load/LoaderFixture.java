package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.LoadReport.Attempt;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of loading share.
abstract class LoaderFixture {

    static final int PAGE = 4096;
    static final long CHUNK = 4 * PAGE;

    @TempDir Path folder;

    final FaultyFiles system = new FaultyFiles();
    final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(3, 1 << 26));
    final HostSpace host = HostSpace.of("host", 1 << 26);
    final FakeDevice device = new FakeDevice(1 << 26);

    @AfterEach
    void nothingIsLeft() {
        system.heal();
        assertThat(sources.leases()).isEmpty();
        loader.close();
        sources.close();
        assertThat(system.openFiles).hasValue(0);
        assertThat(system.mappings).hasValue(0);
        host.close();
        device.close();
    }

    void assertItem(LoadError code, LoadItem good, LoadItem bad) {
        LoadException failure =
                failure(code, () -> loader.load(List.of(good, bad), policy(LoadStrategy.STAGED)));
        assertThat(failure.item()).hasValue(1);
    }

    static void assertReport(LoadReport report, LoadStrategy strategy, long bytes) {
        assertThat(report.requested()).isEqualTo(strategy);
        assertThat(report.used()).isEqualTo(strategy);
        assertThat(report.attempts()).containsExactly(new Attempt(strategy, null));
        assertThat(report.bytes()).isEqualTo(bytes);
        assertThat(report.readBytes()).isGreaterThanOrEqualTo(bytes);
        assertThat(report.ioCalls()).isPositive();
        assertThat(report.runs()).isEqualTo(1);
        assertThat(report.nanos()).isPositive();
        assertThat(report.bytesPerSecond()).isPositive();
        assertThat(report.lowestFailedItem()).isEmpty();
    }

    static LoadPolicy policy(LoadStrategy strategy) {
        return LoadPolicy.of(strategy).withChunkBytes(CHUNK);
    }

    static LoadStrategy other(LoadStrategy strategy) {
        return strategy == LoadStrategy.READ ? LoadStrategy.MAPPED : LoadStrategy.READ;
    }

    FileSource source(String name, byte[] content) {
        return sources.register(TestFiles.write(folder, name, content));
    }

    static MemoryBlock filled(MemorySpace space, int bytes) {
        MemoryBlock block = space.allocate(bytes);
        byte[] fill = new byte[bytes];
        java.util.Arrays.fill(fill, (byte) 0xEE);
        space.copyIn(MemorySegment.ofArray(fill), block, 0);
        return block;
    }

    static void touch(FileSource source) {
        try {
            java.nio.file.Files.setLastModifiedTime(
                    source.path(), java.nio.file.attribute.FileTime.fromMillis(12345));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void truncate(Path path, long bytes) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
