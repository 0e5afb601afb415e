package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.ffi.SystemPages;
import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Models larger than their budget.
class StreamingWindowTest {

    private static final int LAYERS = 6;
    private static final int TENSOR = 8192;
    private static final int SLOTS = 4;
    private static final long BUDGET = 5L * 2 * TENSOR;

    @TempDir Path folder;

    private final FaultyFiles system = new FaultyFiles();
    private final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
    private final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(2, 1 << 24));
    private final FakeDevice space = new FakeDevice(1 << 22);
    private final StreamingWindow window = new StreamingWindow(loader, space);
    private final WindowConfig config =
            WindowConfig.of(BUDGET, SLOTS, 2).withPolicy(LoadPolicy.of(LoadStrategy.READ));
    private byte[] content;
    private FileSource source;
    private List<List<Extent>> model;

    @BeforeEach
    void writeModel() {
        content = TestFiles.bytes(LAYERS * 2 * TENSOR + 5, 8);
        source = sources.register(TestFiles.write(folder, "model", content));
        model = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            model.add(List.of(extent(layer, 0), extent(layer, 1)));
        }
    }

    /// Tensors begin at odd offsets: that is legal.
    private Extent extent(int layer, int tensor) {
        return source.extent(5 + (layer * 2L + tensor) * TENSOR, TENSOR);
    }

    @AfterEach
    void nothingIsLeft() {
        system.heal();
        space.failFree = false;
        window.close();
        window.close();
        assertThat(space.usedBytes()).isZero();
        assertThat(sources.leases()).isEmpty();
        loader.close();
        sources.close();
        space.close();
    }

    @Test
    void unbound_answersNothing() {
        refused(WindowError.NOT_BOUND, () -> window.acquire(0));
        refused(WindowError.NOT_BOUND, window::unbind);
        refused(WindowError.NOT_BOUND, () -> window.mapped(0, 0));
        assertThat(window.bound()).isFalse();
    }

    @Test
    void bind_streams_inAsManySlotsAsAsked() {
        assertThat(window.bind(model, config)).isTrue();
        assertThat(window.streaming()).isTrue();
        assertThat(window.slots()).isEqualTo(SLOTS);
        assertThat(space.usedBytes()).isEqualTo(SLOTS * 2L * TENSOR);
        refused(WindowError.LAYER_OUT_OF_RANGE, () -> window.acquire(LAYERS));
        refused(WindowError.LAYER_OUT_OF_RANGE, () -> window.acquire(-1));
        refused(WindowError.ALREADY_BOUND, () -> window.bind(model, config));
        assertThatThrownBy(() -> window.mapped(0, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bind_badModels_bindNothing_andAGoodOneStillWorks() {
        refused(WindowError.NO_LAYERS, () -> window.bind(List.of(), config));
        refused(WindowError.NO_LAYERS, () -> window.bind(List.of(List.of()), config));
        refused(
                WindowError.BAD_EXTENT,
                () -> window.bind(List.of(List.of(source.extent(1, content.length))), config));
        refused(
                WindowError.BAD_EXTENT,
                () -> window.bind(List.of(List.of(source.extent(0, 1L << 62))), config));
        assertThatThrownBy(() -> window.bind(model, config.withSchedule(List.of(LAYERS))))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(space.usedBytes()).isZero();
        window.bind(model, config);
    }

    @Test
    void config_badNumbers_areRefused() {
        for (int slots : new int[] {-1, 0, 1, WindowConfig.MAX_SLOTS + 1}) {
            assertThatThrownBy(() -> WindowConfig.of(BUDGET, slots, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> WindowConfig.of(BUDGET, 4, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WindowConfig.of(0, 4, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bind_budgetOrSpaceTooSmall_bindsNothing() {
        refused(
                WindowError.BUDGET_TOO_SMALL,
                () -> window.bind(model, WindowConfig.of(3L * TENSOR, SLOTS, 2)));
        try (HostSpace small = HostSpace.of("small", 3L * TENSOR);
                StreamingWindow tight = new StreamingWindow(loader, small)) {
            assertThat(
                            refused(WindowError.NO_ROOM, () -> tight.bind(model, config))
                                    .code()
                                    .referenceName())
                    .isEqualTo("slot_storage_too_small");
            assertThat(small.usedBytes()).isZero();
            assertThat(tight.bound()).isFalse();
        }
        assertThat(space.usedBytes()).isZero();
        window.bind(model, config);
    }

    @Test
    void bind_modelThatFits_isMapped_andTakesNoSlot() {
        WindowConfig large = WindowConfig.of(1 << 20, 2, 0);
        assertThat(window.bind(model, large)).isFalse();
        assertThat(window.slots()).isZero();
        assertThat(space.usedBytes()).isZero();
        assertThat(TestFiles.contents(window.mapped(3, 1).view())).isEqualTo(expected(3, 1));
        refused(WindowError.NOT_STREAMING, () -> window.acquire(0));
        refused(WindowError.LAYER_OUT_OF_RANGE, () -> window.mapped(LAYERS, 0));
        assertThat(system.mappings).hasValue(1);
        window.unbind();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void bind_mapFails_bindsNothing() {
        system.failOnce(Call.MAP, 1, Fault.IO);
        refused(WindowError.MAP_FAILED, () -> window.bind(model, WindowConfig.of(1 << 20, 2, 0)));
        assertThat(window.bound()).isFalse();
        assertThat(sources.leases()).isEmpty();
        window.bind(model, WindowConfig.of(1 << 20, 2, 0));
    }

    @ParameterizedTest
    @EnumSource(LoadStrategy.class)
    void acquire_everyLayerTwice_hasItsBytes(LoadStrategy strategy) throws Exception {
        window.bind(model, config.withPolicy(LoadPolicy.of(strategy)));
        for (int pass = 0; pass < 2; pass++) {
            for (int layer = 0; layer < LAYERS; layer++) {
                assertLayer(layer);
            }
        }
    }

    @Test
    void acquire_jumpsAboutAtRandom_hasItsBytes() throws Exception {
        window.bind(model, config);
        assertLayer(5);
        assertLayer(0);
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            assertLayer(random.nextInt(LAYERS));
        }
    }

    @Test
    void acquire_severalLayersAtOnce_keepsAllWhileTheyAreUsed() throws Exception {
        window.bind(model, config);
        List<WindowLayer> held = new ArrayList<>();
        for (int layer : new int[] {1, 3, 5, 0}) {
            held.add(window.acquireNow(layer));
        }
        refused(WindowError.ALL_SLOTS_PINNED, () -> window.acquire(2));
        refused(WindowError.PINNED, window::unbind);
        for (WindowLayer layer : held) {
            assertBytes(layer);
        }
        try (WindowLayer again = window.acquire(5)) {
            assertThat(again).isSameAs(held.get(2));
        }
        held.get(0).close();
        assertLayer(2);
        held.subList(1, 4).forEach(WindowLayer::close);
        assertThatThrownBy(held.get(1)::close).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(held.get(1)::block).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void acquire_doesNotWait_andTheBytesComeLater() throws Exception {
        window.bind(model, config);
        try (WindowLayer layer = window.acquire(4)) {
            Awaitility.await().until(layer::ready);
            assertBytes(layer);
        }
    }

    @Test
    void acquire_prefetchesAlongTheSchedule() throws Exception {
        window.bind(model, config.withSchedule(List.of(0, 3, 1, 5)));
        assertLayer(0);
        Awaitility.await().until(() -> isThere(3) && isThere(1));
        int reads = system.calls(Call.READ);
        assertLayer(3);
        assertThat(system.calls(Call.READ)).isLessThanOrEqualTo(reads + 1);
        Awaitility.await().until(() -> isThere(5));
        assertLayer(1);
        assertLayer(5);
        assertLayer(0);
    }

    @Test
    void acquire_ofALayerThatIsThere_allocatesNothing() throws Exception {
        window.bind(model, config);
        assertLayer(0);
        Awaitility.await().until(() -> isThere(1));
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            window.acquire(0).await().close();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            window.acquire(0).await().close();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    }

    @Test
    void acquire_loadFails_isSaid_andTheNextAcquireTriesAgain() throws Exception {
        window.bind(model, config);
        Awaitility.await().until(() -> isThere(1));
        system.failAlways(Call.READ, Fault.IO);
        WindowException failure = refused(WindowError.LOAD_FAILED, () -> window.acquireNow(5));
        assertThat(failure.getCause()).isInstanceOf(LoadException.class);
        assertThat(failure.code().referenceName()).isEqualTo("slot_copy_failed");
        refused(WindowError.LOAD_FAILED, () -> window.acquireNow(5));
        system.heal();
        assertLayer(5);
        for (int layer = 0; layer < LAYERS; layer++) {
            assertLayer(layer);
        }
    }

    @Test
    void unbind_whileLayersAreFetched_thenBindAgain() throws Exception {
        for (int i = 0; i < 20; i++) {
            window.bind(model, config);
            window.acquire(i % LAYERS).close();
            window.unbind();
            assertThat(space.usedBytes()).isZero();
        }
        window.bind(model, config);
        assertLayer(2);
    }

    @Test
    void unbind_memoryIsNotTakenBack_staysBoundServesOn_andCanBeRetried() throws Exception {
        window.bind(model, config);
        assertLayer(0);
        space.failFree = true;
        refused(WindowError.UNBIND_FAILED, window::unbind);
        refused(WindowError.UNBIND_FAILED, window::close);
        assertThat(window.bound()).isTrue();
        assertLayer(0);
        assertLayer(4);
        space.failFree = false;
        window.unbind();
        assertThat(window.bound()).isFalse();
    }

    @Test
    void unbind_whatTheDeviceTakesLater_isNoSlotAnyMore() throws Exception {
        window.bind(model, config);
        assertLayer(0);
        space.failFree = true;
        refused(WindowError.UNBIND_FAILED, window::unbind);
        refused(WindowError.UNBIND_FAILED, window::unbind);
        assertThat(window.slots()).isEqualTo(SLOTS - 1);
        space.failFree = false;
        space.free(space.allocate(64, 64)); // the device frees by itself what it did not before
        assertThat(space.usedBytes()).isEqualTo((SLOTS - 1) * 2L * TENSOR);
        for (int layer = 0; layer < LAYERS; layer++) {
            assertLayer(layer);
        }
        window.unbind();
        assertThat(space.usedBytes()).isZero();
        window.bind(model, config);
        assertThat(window.slots()).isEqualTo(SLOTS);
    }

    @Test
    void unbind_noSlotIsLeft_isSaid_andCanBeRetried() throws Exception {
        window.bind(model, config);
        space.failFree = true;
        for (int left = SLOTS - 1; left >= 0; left--) {
            space.freesLeft.set(left == SLOTS - 1 ? 0 : 1); // the one it refused before
            refused(WindowError.UNBIND_FAILED, window::unbind);
            assertThat(window.slots()).isEqualTo(left);
        }
        assertThat(window.streaming()).isTrue();
        refused(WindowError.UNBIND_FAILED, () -> window.acquire(0));
        space.failFree = false;
        window.unbind();
        assertThat(space.usedBytes()).isZero();
    }

    @Test
    void bind_fails_andSoDoesGivingBack_closeTriesAgain() {
        space.failFree = true;
        MemoryBlock rest = space.allocate(space.capacityBytes() - 3L * 2 * TENSOR, 64);
        refused(WindowError.NO_ROOM, () -> window.bind(model, config));
        assertThat(window.bound()).isFalse();
        assertThat(window.slots()).isZero();
        refused(WindowError.UNBIND_FAILED, window::close);
        space.failFree = false;
        window.close();
        space.free(rest);
    }

    @Test
    void unbind_mappingIsNotTakenBack_staysBoundServesOn_andCanBeRetried() {
        window.bind(model, WindowConfig.of(1 << 20, 2, 0));
        system.failAlways(Call.UNMAP, Fault.IO);
        refused(WindowError.UNBIND_FAILED, window::unbind);
        assertThat(TestFiles.contents(window.mapped(0, 0).view())).isEqualTo(expected(0, 0));
        refused(WindowError.UNBIND_FAILED, window::unbind);
        system.heal();
        window.unbind();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void closed_answersNothing() {
        window.close();
        refused(WindowError.CLOSED, () -> window.bind(model, config));
        refused(WindowError.CLOSED, () -> window.acquire(0));
    }

    @Test
    void dropBehind_thePageCacheForgetsLoadedLayers() throws Exception {
        assumeTrue(SystemPages.available());
        int layerBytes = 1 << 20;
        byte[] large = TestFiles.bytes(8 * layerBytes, 1);
        Path file = TestFiles.write(folder, "large", large);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        FileSource largeSource = sources.register(file);
        List<List<Extent>> layers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            layers.add(List.of(largeSource.extent((long) i * layerBytes, layerBytes)));
        }
        for (LoadStrategy strategy :
                List.of(LoadStrategy.READ, LoadStrategy.STAGED, LoadStrategy.MAPPED)) {
            window.bind(
                    layers,
                    WindowConfig.of(3L * layerBytes, 2, 0).withPolicy(LoadPolicy.of(strategy)));
            for (int layer = 0; layer < 8; layer++) {
                window.acquireNow(layer).close();
            }
            window.unbind();
            try (MappingLease lease = largeSource.map(0, largeSource.bytes(), "test")) {
                assertThat(lease.residentBytes().getAsLong())
                        .as("%s", strategy)
                        .isLessThan(2L * layerBytes);
            }
        }
    }

    private boolean isThere(int layer) {
        synchronized (window) {
            try (WindowLayer view = window.acquire(layer)) {
                return view.ready();
            }
        }
    }

    private void assertLayer(int layer) throws InterruptedException {
        try (WindowLayer view = window.acquireNow(layer)) {
            assertBytes(view);
        }
    }

    private void assertBytes(WindowLayer layer) {
        MemoryBlock block = layer.block();
        for (int tensor = 0; tensor < layer.tensors(); tensor++) {
            assertThat(layer.offset(tensor) % 64).isZero();
            byte[] bytes = new byte[(int) layer.bytes(tensor)];
            space.copyOut(block, layer.offset(tensor), MemorySegment.ofArray(bytes));
            assertThat(bytes)
                    .as("layer %d, tensor %d", layer.number(), tensor)
                    .isEqualTo(expected(layer.number(), tensor));
        }
    }

    private byte[] expected(int layer, int tensor) {
        return TestFiles.slice(content, 5 + (layer * 2L + tensor) * TENSOR, TENSOR);
    }

    private static WindowException refused(WindowError code, ThrowingCallable action) {
        WindowException failure = catchThrowableOfType(WindowException.class, action);
        assertThat(failure).as("refused with " + code).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        return failure;
    }
}
