package dev.isobar.pool.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Finds the entries under a root by looking at the folders.
final class Catalog {

    private final StoreFiles files;
    private final StorePaths paths;
    private final EntryReader reader;

    Catalog(StoreFiles files, StorePaths paths) {
        this.files = files;
        this.paths = paths;
        this.reader = new EntryReader(files, paths);
    }

    /// All keys that have a folder.
    List<Fingerprint> keys() throws IOException {
        List<Fingerprint> keys = new ArrayList<>();
        for (String fan : files.names(paths.entries())) {
            for (String rest : files.names(paths.entries().resolve(fan))) {
                Fingerprint.tryParse(fan + rest)
                        .filter(key -> key.hex().equals(fan + rest))
                        .ifPresent(keys::add);
            }
        }
        return keys;
    }

    /// Reads what the entries of a key say of themselves.
    ///
    /// @param found is told of each
    /// @param other is told of each file that is no good entry, and what reading it came to
    void each(
            Fingerprint key,
            Consumer<EntryInfo> found,
            BiConsumer<String, EntryReader.Reading> other)
            throws IOException {
        for (String file : files.names(paths.folder(key))) {
            Optional<EntryName> name = EntryName.parse(key, file);
            EntryReader.Reading reading =
                    name.isEmpty()
                            ? new EntryReader.Reading.Damaged("no entry has such a name")
                            : reader.readHeader(name.get());
            if (reading instanceof EntryReader.Reading.Whole(EntryInfo info, _)) {
                found.accept(info);
            } else {
                other.accept(file, reading);
            }
        }
    }
}
