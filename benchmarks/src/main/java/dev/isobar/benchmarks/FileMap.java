package dev.isobar.benchmarks;

import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.LoadStrategy;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/// A warm file into host memory, by one thread that copies it out of a mapping: ours, and plain.
public class FileMap extends LoadState {

    @Benchmark
    public void plainMapAndCopy() throws IOException {
        plain.mapAndCopy();
    }

    @Benchmark
    public LoadReport mapped() {
        return load(LoadStrategy.MAPPED);
    }
}
