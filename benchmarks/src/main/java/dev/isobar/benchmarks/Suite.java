package dev.isobar.benchmarks;

import dev.isobar.memory.SpaceKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What `./isobar bench` can run.
enum Suite {
    ALLOC(AllocFree.class, "malloc", List.of(1, 2)),
    INDEX(PageIndex.class, "threadsOwnArray", List.of(1, 2)),
    COPY(HostCopy.class, "segmentCopy", List.of(1)),
    SEGMENTS(Segments.class, "", List.of(1)),
    OPENCL(OpenClCopy.class, "driver", List.of(1)),
    CUDA(CudaCopy.class, "driver", List.of(1)),
    LOAD(FileLoad.class, "plainRead", List.of(1)),
    FILEMAP(FileMap.class, "plainMapAndCopy", List.of(1)),
    STORE(StoreWrites.class, "checkpointByHand", List.of(1)),
    KV(KvBlocks.class, "plainSha250", List.of(1, 2)),
    LORA(LoraActivation.class, "rawStaged", List.of(1)),
    ADAPTER(LoraLoading.class, "rawStaged", List.of()),
    GET(CacheGet.class, "caffeine", List.of(1, 2)),
    LEASE(CacheLease.class, "caffeine", List.of(1, 2)),
    MIX(CacheMix.class, "caffeine", List.of(1, 2)),
    GROWTH(CacheGrowth.class, "chm", List.of(1)),
    RESTART(WarmRestart.class, "plainRead", List.of()),
    RECLAIM(ReclaimPauses.class, "caffeine", List.of()),
    HEAP(HeapPerEntry.class, "caffeine", List.of());

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
    ///
    /// @param methods a regular expression; all of them if it is empty
    String pattern(String methods) {
        return "%s\\.(%s)$"
                .formatted(
                        benchmarks.getName().replace(".", "\\."),
                        methods.isEmpty() ? ".*" : methods);
    }

    /// Whether the benchmarks take turns in one virtual machine in a full run too: those of caches, which
    /// differ by less than this machine's pace does from minute to minute.
    boolean inTurn() {
        return switch (this) {
            case GET, LEASE, MIX, GROWTH -> true;
            default -> false;
        };
    }

    /// The program to run, if this is no suite of JMH's: what it measures is not the time of a call.
    Optional<String> program() {
        return threads.isEmpty() ? Optional.of(benchmarks.getName()) : Optional.empty();
    }

    /// What its program wants of its virtual machine. Where the bytes of objects are counted, the
    /// collector must not round large arrays up to regions.
    List<String> flags() {
        return this == HEAP ? List.of("-XX:+UseSerialGC") : List.of();
    }

    /// The method, or peer, that the others are compared with; empty if there is none.
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

    /// The values of parameters that a quick run is content with.
    Map<String, List<String>> quickParams() {
        return switch (this) {
            case ALLOC, COPY -> Map.of("bytes", List.of("65536"));
            case OPENCL, CUDA -> Map.of("bytes", List.of("65536"), "direction", List.of("in"));
            case SEGMENTS -> Map.of("hugePages", List.of("true"), "busyThreads", List.of("2"));
            case LOAD, FILEMAP ->
                    Map.of("fileBytes", List.of("33554432"), "chunk", List.of("4194304"));
            case STORE -> Map.of("records", List.of("10000"));
            case LORA -> Map.of("adapterBytes", List.of("16777216"), "pageBytes", List.of("65536"));
            case GROWTH -> Map.of("entries", List.of("10000", "300000"));
            case GET, LEASE, MIX, INDEX, RECLAIM, RESTART, HEAP, KV, ADAPTER -> Map.of();
        };
    }

    /// How many threads a quick run is content with. With more than one JMH waits for a second whenever a
    /// state that they share takes longer than a millisecond to set up, which that of caches does once only.
    List<Integer> quickThreads() {
        if (threads.isEmpty()) {
            return threads;
        }
        return List.of(inTurn() ? threads.getLast() : threads.getFirst());
    }

    /// With how many threads.
    List<Integer> threads() {
        return threads;
    }
}
