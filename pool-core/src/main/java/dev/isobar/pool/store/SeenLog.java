package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A log that somebody else may be writing to. It is read at the first look-up, and what has been
/// added since at each that finds nothing.
final class SeenLog implements LogStorage {

    private final StoreFiles files;
    private final Path folder;
    private final StoreConfig config;
    private final String reason;
    private final LogIndex index = new LogIndex();
    private final LogReader reader;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    SeenLog(StoreFiles files, Path folder, StoreConfig config, String reason) {
        this.files = files;
        this.folder = folder;
        this.config = config;
        this.reason = reason;
        this.reader =
                new LogReader(
                        index,
                        config,
                        new LogReader.Suspects() {
                            @Override
                            public void damaged(Fingerprint key, Spot spot) {}

                            @Override
                            public void expired(Fingerprint key, Spot spot) {}

                            @Override
                            public void failed(IOException cause) {}
                        });
    }

    @Override
    public int bytesOf(Fingerprint key) {
        refreshFor(key);
        Spot spot = reader.find(key);
        return spot == null ? -1 : spot.payloadBytes();
    }

    @Override
    public byte @Nullable [] get(Fingerprint key) {
        refreshFor(key);
        byte[] found = reader.get(key);
        if (found != null || !refresh()) {
            return found;
        }
        return reader.get(key);
    }

    /// What a reader that is not the owner uses is written down nowhere.
    @Override
    public byte @Nullable [] peek(Fingerprint key) {
        return get(key);
    }

    @Override
    public int read(Fingerprint key, MemorySegment into) {
        refreshFor(key);
        int found = reader.read(key, into);
        return found >= 0 || !refresh() ? found : reader.read(key, into);
    }

    @Override
    public CompletableFuture<WriteOutcome> append(
            Fingerprint key, @Nullable MemorySegment payload, Durability durability) {
        return CompletableFuture.completedFuture(new WriteOutcome.Unavailable(reason, null));
    }

    @Override
    public List<Fingerprint> keys() {
        refresh();
        return index.byUse(config.nanoClock().getAsLong());
    }

    @Override
    public long count() {
        refresh();
        return index.count();
    }

    @Override
    public synchronized long liveBytes() {
        refresh();
        return segments.values().stream().mapToLong(Segment::liveBytes).sum();
    }

    @Override
    public synchronized long diskBytes() {
        refresh();
        return segments.values().stream().mapToLong(Segment::bytes).sum();
    }

    private void refreshFor(Fingerprint key) {
        if (index.find(key) == null) {
            refresh();
        }
    }

    /// Reads what is new.
    ///
    /// @return whether anything changed
    private synchronized boolean refresh() {
        boolean changed = false;
        try {
            Set<Long> there = new HashSet<>();
            LogIndex.Builder builder = new LogIndex.Builder(index);
            for (String name : files.names(folder)) {
                Optional<Long> number = Segment.number(name);
                if (number.isPresent() && open(number.get())) {
                    there.add(number.get());
                    changed |= readOn(segments.get(number.get()), builder);
                }
            }
            changed |= forgetAllBut(there);
        } catch (IOException _) {
            return changed;
        }
        return changed;
    }

    private boolean open(long number) throws IOException {
        if (segments.containsKey(number)) {
            return true;
        }
        Path path = folder.resolve(Segment.name(number));
        StoreFiles.OpenFile file;
        try {
            file = files.open(path);
        } catch (NoSuchFileException _) {
            return false; // compacted meanwhile
        }
        boolean opened = false;
        try {
            Optional<Long> salt = Segment.salt(file, number);
            opened = salt.isPresent();
            salt.ifPresent(it ->
                    segments.put(
                            number, new Segment(path, number, it, file, Segment.HEADER_BYTES)));
            return opened;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private boolean readOn(@Nullable Segment segment, LogIndex.Builder builder) throws IOException {
        if (segment == null) {
            return false;
        }
        long millis = config.wallClock().millis();
        long now = config.nanoClock().getAsLong();
        long end =
                new SegmentScan(segment, segment.file().bytes())
                        .from(
                                segment.bytes(),
                                false,
                                (record, offset, _) ->
                                        builder.add(
                                                record,
                                                new Spot(
                                                        segment,
                                                        offset,
                                                        record.payloadBytes(),
                                                        record.sequence(),
                                                        now
                                                                - Ages.nanos(
                                                                        record.writtenMillis(),
                                                                        millis))));
        boolean grown = end > segment.bytes();
        segment.bytes(end);
        return grown;
    }

    private boolean forgetAllBut(Set<Long> there) throws IOException {
        boolean changed = false;
        var all = segments.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Segment> each = all.next();
            if (!there.contains(each.getKey())) {
                index.removeAll(each.getValue());
                each.getValue().file().close();
                all.remove();
                changed = true;
            }
        }
        return changed;
    }
}
