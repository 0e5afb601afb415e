package dev.isobar.pool.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds and reads an entry. It deletes nothing: what it cannot read it reports, and takes the next
/// best.
final class Lookup {

    private static final int ATTEMPTS = 4;

    private final Root root;
    private final StoreConfig config;
    private final StoreCounters counters;

    Lookup(Root root, StoreConfig config, StoreCounters counters) {
        this.root = root;
        this.config = config;
        this.counters = counters;
    }

    /// The first entry of a key, by a ranking, that is whole. If one was replaced between finding and
    /// reading it, all are looked at again.
    Optional<StoredEntry> of(Fingerprint key, Comparator<EntryInfo> ranking) {
        for (int attempt = 1; ; attempt++) {
            boolean moved = false;
            for (Slot slot : ranked(key, ranking)) {
                switch (root.read(slot.name())) {
                    case EntryReader.Reading.Whole(EntryInfo info, var payload) -> {
                        if (info.generation() == slot.info().generation() || attempt == ATTEMPTS) {
                            root.used(slot);
                            return Optional.of(
                                    new StoredEntry(info.seenBy(config.producer()), payload));
                        }
                        moved = true;
                    }
                    case EntryReader.Reading.Gone _ -> {
                        root.suspect(slot);
                        moved = true;
                    }
                    case EntryReader.Reading.Damaged _ -> {
                        counters.damaged.increment();
                        root.suspect(slot);
                    }
                    case EntryReader.Reading.Foreign _ -> {}
                    case EntryReader.Reading.Failed _ -> counters.readFailures.increment();
                }
                if (moved && attempt < ATTEMPTS) {
                    break;
                }
            }
            if (!moved || attempt == ATTEMPTS) {
                return Optional.empty();
            }
        }
    }

    private boolean lives(Slot slot) {
        if (!Janitor.expired(config, slot.usedAtNanos(), config.nanoClock().getAsLong())) {
            return true;
        }
        root.suspect(slot);
        return false;
    }

    private List<Slot> ranked(Fingerprint key, Comparator<EntryInfo> ranking) {
        return root.of(key).stream()
                .filter(this::lives)
                .sorted(
                        Comparator.comparing(
                                each -> each.info().seenBy(config.producer()), ranking))
                .toList();
    }
}
