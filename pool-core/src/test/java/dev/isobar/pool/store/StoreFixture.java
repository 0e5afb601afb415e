package dev.isobar.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// A root in memory, clocks to move, and short words for what tests do with stores.
final class StoreFixture {

    static final Path ROOT = Path.of("/data/warm");

    static final Producer US = new Producer(1, 2);

    final MemoryFiles files;
    final TestClocks clocks;

    StoreFixture() {
        this(new MemoryFiles(), new TestClocks());
    }

    StoreFixture(MemoryFiles files, TestClocks clocks) {
        this.files = files;
        this.clocks = clocks;
    }

    StoreConfig config() {
        return StoreConfig.at(ROOT)
                .withProducer(US)
                .withClocks(clocks, clocks)
                .withBudgetBytes(1 << 20)
                .withSegmentBytes(1 << 16);
    }

    WarmStore open() {
        return open(config());
    }

    WarmStore open(StoreConfig config) {
        return WarmStore.of(config, files);
    }

    /// The same clocks, and the disk after a crash.
    StoreFixture afterCrash(MemoryFiles.Loss loss, long seed) {
        return new StoreFixture(files.afterCrash(loss, seed), clocks);
    }

    /// What lies under the root is what the store says, once it has finished what it does on its own.
    void assertAccounts(WarmStore store) {
        store.verify();
        assertThat(store.usedBytes()).isEqualTo(files.bytesBelow(ROOT));
        assertThat(store.stats().usedBytes()).isEqualTo(files.bytesBelow(ROOT));
    }

    Path file(Fingerprint key, String name) {
        return new StorePaths(ROOT).folder(key).resolve(name);
    }

    static Fingerprint key(String name) {
        return new Fingerprinter().text("name", name).finish();
    }

    static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    static MemorySegment bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new java.util.Random(seed).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    static String text(StoredEntry entry) {
        return new String(entry.payload().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    static Optional<String> best(WarmStore store, Fingerprint key) {
        return store.best(key).map(StoreFixture::text);
    }

    static EntryWrite run(String run, Role role) {
        return EntryWrite.of(run, role);
    }

    static void written(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    }
}
