package dev.isobar.pool.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A root that somebody else owns, or that cannot be written to. Nothing is kept in memory: what the
/// owner publishes is found by the next look-up.
final class SeenRoot implements UnownedRoot {

    private final String reason;
    private final StoreFiles files;
    private final StorePaths paths;
    private final StoreConfig config;
    private final Catalog catalog;
    private final EntryReader reader;

    SeenRoot(String reason, StoreFiles files, StorePaths paths, StoreConfig config) {
        this.reason = reason;
        this.files = files;
        this.paths = paths;
        this.config = config;
        this.catalog = new Catalog(files, paths);
        this.reader = new EntryReader(files, paths);
    }

    @Override
    public StoreAccess access() {
        return StoreAccess.READER;
    }

    @Override
    public String reason() {
        return reason;
    }

    /// How old an entry is can only be told from when it was written: the owner alone knows when it
    /// was read.
    @Override
    public List<Slot> of(Fingerprint key) {
        List<Slot> slots = new ArrayList<>();
        long now = config.nanoClock().getAsLong();
        long millis = config.wallClock().millis();
        try {
            catalog.each(
                    key,
                    info ->
                            slots.add(
                                    new Slot(
                                            new EntryName(key, info.run(), info.role()),
                                            info,
                                            now - Ages.nanos(info.writtenAt(), millis))),
                    (_, _) -> {});
        } catch (IOException _) {
            return List.of();
        }
        return slots;
    }

    @Override
    public List<Slot> all() {
        List<Slot> all = new ArrayList<>();
        try {
            catalog.keys().forEach(key -> all.addAll(of(key)));
        } catch (IOException _) {
            return all;
        }
        return all;
    }

    @Override
    public EntryReader.Reading read(EntryName name) {
        return reader.read(name);
    }

    @Override
    public LogStorage log(String name) {
        return new SeenLog(files, paths.segments().resolve(name), config, reason);
    }
}
