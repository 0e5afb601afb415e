package dev.isobar.benchmarks;

import dev.isobar.memory.SpaceKind;
import java.util.List;
import java.util.Locale;

/// What `./isobar bench` can run.
enum Suite {
    ALLOC(AllocFree.class, "malloc", List.of(1, 2)),
    INDEX(PageIndex.class, "threadsOwnArray", List.of(1, 2)),
    COPY(HostCopy.class, "segmentCopy", List.of(1)),
    SEGMENTS(Segments.class, "", List.of(1)),
    OPENCL(OpenClCopy.class, "driver", List.of(1)),
    CUDA(CudaCopy.class, "driver", List.of(1)),
    LOAD(FileLoad.class, "plainRead", List.of(1)),
    KV(KvBlocks.class, "plainSha250", List.of(1, 2));

    private final Class<?> benchmarks;
    private final String reference;
    private final List<Integer> threads;

    Suite(Class<?> benchmarks, String reference, List<Integer> threads) {
        this.benchmarks = benchmarks;
        this.reference = reference;
        this.threads = threads;
    }

    /// How people call it.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Which benchmarks, for JMH.
    String pattern() {
        return benchmarks.getName().replace(".", "\\.") + "\\..*";
    }

    /// The method that the others are compared with; empty if there is none.
    String reference() {
        return reference;
    }

    /// Why it cannot run on this machine; empty if it can.
    String missing() {
        return switch (this) {
            case OPENCL -> DeviceCopy.missing(SpaceKind.OPENCL);
            case CUDA -> DeviceCopy.missing(SpaceKind.CUDA);
            default -> "";
        };
    }

    /// With how many threads.
    List<Integer> threads() {
        return threads;
    }
}
