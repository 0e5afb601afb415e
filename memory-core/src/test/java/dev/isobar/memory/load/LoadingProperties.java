package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Random sequences of loads, mappings, releases and faults, against a model that only knows which
/// leases are open and which blocks are held.
class LoadingProperties {

    private static final int MAX_LEASES = 8;
    private static final long CAPACITY = 1 << 22;

    @Property(tries = 60)
    void everySequence_keepsTheBooks(@ForAll long seed) throws IOException {
        Path folder = Files.createTempDirectory("isobar-loading");
        try (Scene scene = new Scene(folder, new Random(seed))) {
            for (int step = 0; step < 60; step++) {
                scene.step();
                scene.assertBooks();
            }
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static final class Scene implements AutoCloseable {

        private final Random random;
        private final FaultyFiles system = new FaultyFiles();
        private final FileSources sources =
                new FileSources(new FileSourcesConfig(1 << 20, MAX_LEASES, 20), system);
        private final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 22));
        private final HostSpace host = HostSpace.of("host", CAPACITY);
        private final Map<FileSource, byte[]> files = new HashMap<>();
        private final List<FileSource> order = new ArrayList<>();
        // The model.
        private final List<MappingLease> open = new ArrayList<>();
        private final List<MappingLease> released = new ArrayList<>();
        private final Map<MemoryBlock, byte[]> blocks = new HashMap<>();

        Scene(Path folder, Random random) {
            this.random = random;
            for (int i = 0; i < 3; i++) {
                byte[] bytes = TestFiles.bytes(1 + random.nextInt(100_000), i);
                FileSource source = sources.register(TestFiles.write(folder, "f" + i, bytes));
                files.put(source, bytes);
                order.add(source);
            }
        }

        void step() {
            switch (random.nextInt(8)) {
                case 0, 1 -> load();
                case 2 -> freeBlock();
                case 3 -> map();
                case 4 -> release();
                case 5 -> releaseAgain();
                case 6 -> breakSomething();
                default -> system.heal();
            }
        }

        private void load() {
            List<Extent> extents = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                extents.add(extent());
            }
            LoadStrategy strategy = pick(LoadStrategy.values());
            LoadPolicy policy = LoadPolicy.of(strategy).withChunkBytes(4096L << random.nextInt(4));
            if (random.nextBoolean() && strategy != LoadStrategy.READ) {
                policy = policy.orElse(LoadStrategy.READ);
            }
            try {
                Loaded loaded = loader.loadNew(host, extents, policy);
                assertThat(policy.chain()).contains(loaded.report().used());
                assertThat(loaded.report().peakStagingBytes())
                        .isLessThanOrEqualTo(policy.depth() * policy.chunkBytes());
                for (int i = 0; i < extents.size(); i++) {
                    blocks.put(loaded.blocks().get(i), expected(extents.get(i)));
                }
            } catch (LoadException e) {
                assertThat(e.code()).isNotIn(LoadError.CANCELLED, LoadError.STALE_LEASE);
            }
        }

        private Extent extent() {
            FileSource source = order.get(random.nextInt(order.size()));
            long offset = random.nextLong(source.bytes());
            long bytes = 1 + random.nextLong(source.bytes() - offset);
            return random.nextInt(20) == 0
                    ? source.extent(offset, source.bytes() + 1)
                    : source.extent(offset, bytes);
        }

        private byte[] expected(Extent extent) {
            return TestFiles.slice(files.get(extent.source()), extent.offset(), extent.bytes());
        }

        private void freeBlock() {
            if (!blocks.isEmpty()) {
                MemoryBlock block = blocks.keySet().iterator().next();
                blocks.remove(block);
                host.free(block);
            }
        }

        private void map() {
            Extent extent = extent();
            try {
                MappingLease lease =
                        extent.source().map(extent.offset(), extent.bytes(), "o" + open.size());
                assertThat(TestFiles.contents(lease.view())).isEqualTo(expected(extent));
                open.add(lease);
                assertThat(open).hasSizeLessThanOrEqualTo(MAX_LEASES);
            } catch (LoadException e) {
                if (e.code() == LoadError.NO_SLOT) {
                    assertThat(open.size() + sources.leaks().size())
                            .isGreaterThanOrEqualTo(MAX_LEASES);
                }
            }
        }

        private void release() {
            if (open.isEmpty()) {
                return;
            }
            MappingLease lease = open.get(random.nextInt(open.size()));
            try {
                sources.release(lease.token());
                open.remove(lease);
                released.add(lease);
            } catch (LoadException e) {
                assertThat(e.code()).isEqualTo(LoadError.UNMAP_FAILED);
                assertThat(lease.state()).isEqualTo(LeaseState.RELEASE_FAILED);
            }
        }

        private void releaseAgain() {
            if (!released.isEmpty()) {
                MappingLease lease = released.get(random.nextInt(released.size()));
                try {
                    sources.release(lease.token());
                    throw new AssertionError("released twice: " + lease);
                } catch (LoadException e) {
                    assertThat(e.code()).isIn(LoadError.ALREADY_RELEASED, LoadError.STALE_LEASE);
                }
            }
        }

        private void breakSomething() {
            Call call = pick(Call.values());
            if (call == Call.OPEN || call == Call.CLOSE) {
                return;
            }
            Fault fault = pick(Fault.values());
            if (fault == Fault.UNSUPPORTED && call != Call.OPEN_DIRECT) {
                fault = Fault.IO;
            }
            system.failOnce(call, 1 + random.nextInt(5), fault);
        }

        private <T> T pick(T[] values) {
            return values[random.nextInt(values.length)];
        }

        void assertBooks() {
            assertThat(host.usedBytes())
                    .isEqualTo(
                            blocks.keySet().stream().mapToLong(MemoryBlock::occupiedBytes).sum());
            Set<MappingLease> real = Set.copyOf(sources.leases());
            assertThat(real).containsAll(open);
            // What a load could not release is all there may be besides.
            assertThat(real.size() - open.size())
                    .isEqualTo(
                            (int)
                                    sources.leaks().stream()
                                            .filter(leak -> leak.token().owner().equals("loader"))
                                            .count());
            blocks.forEach((block, bytes) ->
                    assertThat(Arrays.equals(TestFiles.contents(block), bytes)).isTrue());
        }

        @Override
        public void close() {
            system.heal();
            sources.retryFailedReleases();
            sources.close();
            assertThat(sources.leaks()).hasSize(open.size() - failedOnes());
            assertThat(system.openFiles).hasValue(0);
            assertThat(system.mappings).hasValue(0);
            loader.close();
            host.close();
        }

        /// Those of the open leases that the retry has released.
        private int failedOnes() {
            Set<LeaseToken> leaked =
                    sources.leaks().stream()
                            .map(MappingLeak::token)
                            .collect(java.util.stream.Collectors.toSet());
            return (int) open.stream().filter(lease -> !leaked.contains(lease.token())).count();
        }
    }
}
