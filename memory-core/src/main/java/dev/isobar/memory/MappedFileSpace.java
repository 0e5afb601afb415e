package dev.isobar.memory;

import dev.isobar.memory.ffi.SystemPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;

/// Bytes in a file, mapped into memory: more room than there is memory, at the speed of the page
/// cache for what is in use.
///
/// The file belongs to one space at a time: it is locked, readable by its owner alone, and a file
/// that no space made is left alone. It grows in steps, and each step is written before it is mapped,
/// so a full disk is an [OutOfSpaceException] here and never a fault on access; what was there stays.
/// [#trim()] gives free steps back; the file becomes shorter where they are at its end. The contents
/// are not meant to be read by a later process.
///
/// If somebody else cuts the file short while it is in use, copies fail with a
/// [MemorySpaceException]; what touches a view gets the virtual machine's `InternalError`.
///
/// *Safe for several threads.*
public final class MappedFileSpace extends GroupedSpace {

    private final MappedFileSpaceConfig config;
    private final FileMemory memory;

    /// Makes or takes over the file, and locks it.
    ///
    /// @throws MemorySpaceException if the file cannot be made or locked, or no space made it
    public MappedFileSpace(MappedFileSpaceConfig config) {
        FileMemory memory = new FileMemory(Objects.requireNonNull(config, "config"));
        super(config.name(), config.capacityBytes(), config.stepBytes(), false, memory);
        this.config = config;
        this.memory = memory;
    }

    @Override
    boolean mayFault() {
        return true;
    }

    @Override
    public SpaceKind kind() {
        return SpaceKind.MAPPED_FILE;
    }

    /// Where the bytes are.
    public Path file() {
        return config.file();
    }

    /// How long the file is, in bytes: what is committed, parts that are free, and a page that says
    /// whose file it is.
    public long fileBytes() {
        return memory.fileBytes();
    }

    /// What the disk has room for, for this user.
    @Override
    public OptionalLong systemFreeBytes() {
        try {
            return OptionalLong.of(Files.getFileStore(config.file()).getUsableSpace());
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /// Writes everything to the disk, then asks the system to drop it from memory; the next touch
    /// reads it again. Slow: as long as the disk takes. Needs native access for the second half;
    /// where the system is not Linux, only writes.
    ///
    /// @throws MemorySpaceException if the disk fails
    public PageAdvice dropFromMemory() {
        AdviceTally tally = new AdviceTally(true);
        withGroups(group -> {
            group.force();
            tally.add(
                    group.byteSize(),
                    SystemPages.available()
                            ? SystemPages.advise(group, SystemPages.PAGE_OUT)
                            : SystemPages.NOT_LINUX);
        });
        return tally.total();
    }

    /// How much of the committed bytes is in memory now. Needs native access; empty where the system
    /// is not Linux.
    public OptionalLong residentBytes() {
        if (!SystemPages.available()) {
            return OptionalLong.empty();
        }
        long[] resident = new long[1];
        withGroups(group -> resident[0] += SystemPages.residentBytes(group));
        return OptionalLong.of(resident[0]);
    }

    /// None: one in the wrong place would keep the file long.
    @Override
    int sparesKept() {
        return 0;
    }

    /// Gives all memory back, closes the file, and deletes it if the config says so. A part that is
    /// in use by a native call stays until the next attempt, and the file with it.
    ///
    /// @throws MemorySpaceException if the file cannot be closed or deleted
    @Override
    public void close() {
        super.close();
        memory.close();
    }
}
