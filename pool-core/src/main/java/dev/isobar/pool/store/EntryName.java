package dev.isobar.pool.store;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Which entry: a key has one for each run and role. Its file is named after run and role, the folder
/// around it after the key.
///
/// @param key under which it is stored
/// @param run whose it is
/// @param role what it is to its run, as written
record EntryName(Fingerprint key, String run, Role role) {

    EntryName {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(role, "role");
    }

    /// The file's name in the folder of the key.
    String file() {
        return run + "." + role.name().toLowerCase(Locale.ROOT);
    }

    /// Reads a file's name; empty if it is no entry's.
    static Optional<EntryName> parse(Fingerprint key, String file) {
        int dot = file.indexOf('.');
        if (dot < 0 || !EntryWrite.isRun(file.substring(0, dot))) {
            return Optional.empty();
        }
        for (Role role : Role.values()) {
            EntryName name = new EntryName(key, file.substring(0, dot), role);
            if (name.file().equals(file)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
