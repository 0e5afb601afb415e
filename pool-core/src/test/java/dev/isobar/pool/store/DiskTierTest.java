package dev.isobar.pool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import dev.isobar.broker.contract.PressureSourceContract;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store as a source, on a real disk.
class DiskTierTest extends PressureSourceContract {

    private static final int VALUE_BYTES = 4000;

    @TempDir private Path folder;
    private final java.util.List<WarmStore> stores = new java.util.ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(WarmStore::close);
    }

    private WarmStore store() {
        Path root = folder.resolve("store" + stores.size());
        WarmStore store =
                WarmStore.of(
                        StoreConfig.at(root).withBudgetBytes(128 << 10).withSegmentBytes(8192));
        stores.add(store);
        return store;
    }

    private WarmStore fullStore() {
        WarmStore store = store();
        for (int i = 0; i < 20; i++) {
            assertThat(store.put(key(i), EntryWrite.value(), value(i)).written()).isTrue();
        }
        return store;
    }

    private static Fingerprint key(int i) {
        return new Fingerprinter().number("i", i).finish();
    }

    private static MemorySegment value(int i) {
        byte[] bytes = new byte[VALUE_BYTES];
        java.util.Arrays.fill(bytes, (byte) i);
        return MemorySegment.ofArray(bytes);
    }

    @Override
    protected PressureSource filled() {
        return new DiskTier(fullStore(), 0);
    }

    @Override
    protected PressureSource empty() {
        return new DiskTier(store(), 0);
    }

    @Test
    void reclaim_deletesFilesForReal() throws IOException {
        WarmStore store = fullStore();
        Path root = store.config().root();
        long before = bytesBelow(root);

        ReclaimResult result = new DiskTier(store, 0).reclaim(ReclaimRequest.of(10_000));

        assertThat(result.outcome()).isEqualTo(ReclaimResult.Outcome.RELEASED);
        assertThat(before - bytesBelow(root)).isEqualTo(result.freedBytes());
        assertThat(store.best(key(0))).isEmpty();
        assertThat(store.best(key(19))).isPresent();
    }

    @Test
    void reclaim_fromALog_frees() throws IOException {
        WarmStore store = store();
        for (int i = 0; i < 16; i++) {
            store.log("values").put(key(i), value(i), Durability.NONE);
        }
        long before = bytesBelow(store.config().root());

        ReclaimResult result = new DiskTier(store, 0).reclaim(ReclaimRequest.of(20_000));

        assertThat(before - bytesBelow(store.config().root())).isEqualTo(result.freedBytes());
        assertThat(result.freedBytes()).isGreaterThanOrEqualTo(20_000);
        assertThat(store.log("values").contains(key(15))).isTrue();
    }

    @Test
    void usage_isOfBudget() throws IOException {
        WarmStore store = fullStore();
        Usage usage = new DiskTier(store, 0).usage();

        assertThat(usage.usedBytes()).isEqualTo(bytesBelow(store.config().root()));
        assertThat(usage.capacityBytes()).isEqualTo(128 << 10);
        assertThat(new DiskTier(store, 0).resource())
                .isEqualTo(Resource.disk(store.config().root()));
    }

    @Test
    void usage_diskBelowItsFloor_isFullPressure() {
        WarmStore store = fullStore();
        // More than any disk has: the floor is not kept, however little the store holds.
        Usage usage = new DiskTier(store, Long.MAX_VALUE / 4).usage();

        assertThat(usage.pressure()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void look_doesNotOpenTheStore() {
        WarmStore store = store();
        var tier = new DiskTier(store);

        assertThat(tier.usage().usedBytes()).isZero();
        assertThat(tier.reclaim(ReclaimRequest.of(1)).outcome())
                .isEqualTo(ReclaimResult.Outcome.REFUSED);
        assertThat(store.config().root()).doesNotExist();
        assertThat(tier.closed()).isFalse();
    }

    @Test
    void closed_followsTheStore() {
        WarmStore store = fullStore();
        store.close();

        assertThat(new DiskTier(store).closed()).isTrue();
        assertThat(new DiskTier(store).usage().usedBytes()).isZero();
    }

    @Test
    void badArguments_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiskTier(WarmStore.of(StoreConfig.off())))
                .withMessageContaining("root");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiskTier(store(), -1))
                .withMessageContaining("-1");
    }

    private static long bytesBelow(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
    }
}
