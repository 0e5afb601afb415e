package dev.isobar.benchmarks;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileLoaderConfig;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.LoadStrategy;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A warm file, and host memory for it that is there already.
@State(Scope.Benchmark)
public abstract class LoadState {

    @Param("1073741824")
    public long fileBytes;

    @Param({"1048576", "4194304", "8388608"})
    public long chunk;

    private FileSources sources;
    private FileLoader loader;
    private HostSpace space;
    private FileSource source;
    private MemoryBlock block;
    PlainLoads plain;

    @Setup
    public void open() throws IOException {
        sources = new FileSources();
        loader = new FileLoader(sources, new FileLoaderConfig(1, 1 << 28));
        space = HostSpace.of("bench", fileBytes + (1 << 20));
        source = sources.register(LoadFile.ofBytes(fileBytes));
        block = space.allocate(fileBytes, 4096);
        plain = new PlainLoads(source.path(), space.view(block).fill((byte) 1));
    }

    @TearDown
    public void close() {
        space.free(block);
        space.close();
        loader.close();
        sources.close();
    }

    /// By one thread, one chunk after the other.
    LoadReport load(LoadStrategy strategy) {
        return loader.load(
                source.whole(), block, LoadPolicy.of(strategy).withChunkBytes(chunk).withDepth(1));
    }
}
