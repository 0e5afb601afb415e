package dev.isobar.benchmarks;

import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.LoadStrategy;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/// A warm file into host memory, by one thread: strategies that read it, and plain loops. [FileLoading] is
/// the one for cold files, two threads and devices.
public class FileLoad extends LoadState {

    @Benchmark
    public void plainRead() throws IOException {
        plain.read(chunk);
    }

    @Benchmark
    public void plainStaged() throws IOException {
        plain.readStaged(chunk);
    }

    @Benchmark
    public LoadReport read() {
        return load(LoadStrategy.READ);
    }

    @Benchmark
    public LoadReport staged() {
        return load(LoadStrategy.STAGED);
    }
}
