package dev.isobar.pool.store;

import java.nio.file.Path;
import java.util.Objects;

/// What lies where under a root:
///
/// ```
/// FORMAT                         what this is, and its version
/// LOCK                           held by the owner
/// CLEAN                          the index, while nobody owns the root after a clean end
/// ACCESS                         when entries were last used
/// tmp/                           what is being written
/// entries/ab/cdef.../run.role    an entry; the two folders are the key in hexadecimal
/// segments/name/000...1.seg      a log
/// quarantine/                    what was found damaged
/// ```
///
/// @param root the folder
record StorePaths(Path root) {

    private static final int FAN_DIGITS = 2;

    StorePaths {
        Objects.requireNonNull(root, "root");
    }

    /// The folder around a file or folder.
    ///
    /// @throws IllegalArgumentException if it is the topmost
    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("there is no folder around " + path);
        }
        return parent;
    }

    Path format() {
        return root.resolve("FORMAT");
    }

    Path lock() {
        return root.resolve("LOCK");
    }

    Path clean() {
        return root.resolve("CLEAN");
    }

    Path access() {
        return root.resolve("ACCESS");
    }

    Path temporary() {
        return root.resolve("tmp");
    }

    Path entries() {
        return root.resolve("entries");
    }

    Path segments() {
        return root.resolve("segments");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path folder(Fingerprint key) {
        String hex = key.hex();
        return entries().resolve(hex.substring(0, FAN_DIGITS)).resolve(hex.substring(FAN_DIGITS));
    }

    Path file(EntryName name) {
        return folder(name.key()).resolve(name.file());
    }
}
