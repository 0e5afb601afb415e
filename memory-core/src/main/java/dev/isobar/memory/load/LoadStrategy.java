package dev.isobar.memory.load;

import java.util.Locale;

/// How the bytes get from a file to where they are wanted.
public enum LoadStrategy {
    /// The file is mapped, and copied from there. Fastest for what is in the page cache; a file that
    /// is not comes in by page faults.
    MAPPED,
    /// Reads at positions, straight into the destination; through one staging buffer where that is on
    /// a device.
    READ,
    /// Reads into a bounded ring of staging buffers, which are copied to the destination while the
    /// next are read.
    STAGED,
    /// Reads past the page cache, straight into the destination where that is aligned as the file is,
    /// and through a staging buffer elsewhere. For what is read once, and would push other files out
    /// of the cache.
    DIRECT;

    /// As people write it: `staged`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
