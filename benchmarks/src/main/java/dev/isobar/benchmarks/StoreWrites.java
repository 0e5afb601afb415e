package dev.isobar.benchmarks;

import dev.isobar.pool.store.Durability;
import dev.isobar.pool.store.EntryWrite;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.SegmentLog;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import dev.isobar.pool.store.WriteOutcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The store beside what one would write by hand: an acknowledged checkpoint, records of 1.5 KiB that
/// are appended in groups and forced, and looking one up. Times are of one checkpoint, one record.
public class StoreWrites {

    private static final int RECORD_BYTES = 1536;
    private static final int GROUP = 4096;
    private static final int STEP = 7919;
    private static final int CHECKPOINT_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 128;

    /// A store with one checkpoint, and a folder to write the same by hand.
    @State(Scope.Thread)
    public static class Checkpoint {
        final byte[] header = new byte[HEADER_BYTES];
        final byte[] payload = new byte[CHECKPOINT_BYTES];
        final Fingerprint key = new Fingerprinter().text("bench", "checkpoint").finish();
        StoreFile byHand;
        StoreFile ours;
        WarmStore store;

        @Setup
        public void open() throws IOException {
            new Random(1).nextBytes(payload);
            byHand = new StoreFile();
            ours = new StoreFile();
            store = WarmStore.of(StoreConfig.at(ours.folder()));
        }

        @TearDown
        public void close() throws IOException {
            store.close();
            ours.close();
            byHand.close();
        }
    }

    /// A log of embeddings.
    @State(Scope.Thread)
    public static class Log {
        @Param("100000")
        public int records;

        final List<Fingerprint> keys = new ArrayList<>();
        final MemorySegment value = MemorySegment.ofArray(new byte[RECORD_BYTES]);
        final ByteBuffer group = ByteBuffer.allocateDirect(GROUP * RECORD_BYTES);
        final MemorySegment target = MemorySegment.ofArray(new byte[RECORD_BYTES]);
        StoreFile folder;
        WarmStore store;
        SegmentLog log;
        FileChannel plain;
        int next;

        @Setup
        public void fill() throws IOException {
            folder = new StoreFile();
            store =
                    WarmStore.of(
                            StoreConfig.at(folder.folder().resolve("store"))
                                    .withBudgetBytes(2L << 30)
                                    .withTimeToLive(Duration.ZERO));
            log = store.log("embeddings");
            plain =
                    FileChannel.open(
                            folder.folder().resolve("plain"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            List<CompletableFuture<WriteOutcome>> written = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                keys.add(new Fingerprinter().number("bench", i).finish());
                written.add(log.append(keys.getLast(), value, Durability.NONE));
            }
            written.forEach(each -> required(each.join()));
            store.verify();
        }

        @TearDown
        public void close() throws IOException {
            store.close();
            plain.close();
            folder.close();
        }

        Fingerprint key() {
            next = next + STEP < records ? next + STEP : next + STEP - records;
            return keys.get(next);
        }
    }

    @Benchmark
    public void checkpointByHand(Checkpoint state) throws IOException {
        state.byHand.publish(state.header, state.payload);
    }

    @Benchmark
    public WriteOutcome checkpoint(Checkpoint state) {
        return required(
                state.store.put(
                        state.key, EntryWrite.value(), MemorySegment.ofArray(state.payload)));
    }

    /// The same bytes, in one write and one force: the least that this can take.
    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void appendByHand(Log state) throws IOException {
        ByteBuffer group = state.group.clear();
        long at = (state.next++ & 63L) * group.capacity();
        while (group.hasRemaining()) {
            at += state.plain.write(group, at);
        }
        state.plain.force(false);
    }

    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void append(Log state) {
        List<CompletableFuture<WriteOutcome>> group = new ArrayList<>(GROUP);
        for (int i = 0; i < GROUP; i++) {
            group.add(state.log.append(state.key(), state.value, Durability.DATA));
        }
        group.forEach(each -> required(each.join()));
    }

    @Benchmark
    public Optional<byte[]> lookUp(Log state) {
        return state.log.get(state.key());
    }

    @Benchmark
    public int lookUpIntoMemory(Log state) {
        return state.log.read(state.key(), state.target);
    }

    private static WriteOutcome required(WriteOutcome outcome) {
        if (!outcome.written()) {
            throw new IllegalStateException(outcome.toString());
        }
        return outcome;
    }
}
