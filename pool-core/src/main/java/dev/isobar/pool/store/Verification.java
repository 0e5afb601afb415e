package dev.isobar.pool.store;

import java.util.List;
import java.util.function.Supplier;

/// Reads everything in a store.
final class Verification {

    private Verification() {}

    static StoreReport of(Root root, Supplier<List<String>> logNames) {
        StoreReport.Tally tally = new StoreReport.Tally();
        for (Slot slot : root.all()) {
            tally.entry();
            String where = slot.name().key().hex() + "/" + slot.name().file();
            switch (root.read(slot.name())) {
                case EntryReader.Reading.Whole _, EntryReader.Reading.Gone _ -> {}
                case EntryReader.Reading.Damaged(String reason) ->
                        tally.failed(where + ": " + reason);
                case EntryReader.Reading.Foreign(String reason) ->
                        tally.failed(where + ": left alone: " + reason);
                case EntryReader.Reading.Failed(var cause) -> tally.failed(where + ": " + cause);
            }
        }
        switch (root) {
            case OwnedRoot owned -> owned.verifyLogs(tally);
            default -> logNames.get().forEach(name -> verify(root.log(name), name, tally));
        }
        return tally.report();
    }

    private static void verify(LogStorage log, String name, StoreReport.Tally tally) {
        for (Fingerprint key : log.keys()) {
            tally.record(log.get(key, false) != null, "log %s, %s".formatted(name, key.hex()));
        }
    }
}
