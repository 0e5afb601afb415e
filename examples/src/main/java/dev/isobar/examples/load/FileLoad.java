package dev.isobar.examples.load;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.FileSources;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadReport;
import dev.isobar.memory.load.Loaded;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/// Loads one whole file into a new block, and says how it went. The block is freed afterwards.
///
/// @param path what to load
/// @param target where to
/// @param policy how
/// @param verify whether to compare what has arrived with the file, by SHA-256
public record FileLoad(String path, Target target, LoadPolicy policy, boolean verify) {

    private static final long COPY_BYTES = 8L << 20;
    private static final long SLACK_BYTES = 1L << 20;

    /// How it went.
    ///
    /// @param fileBytes how long the file is
    /// @param report what the load did
    /// @param verified whether the bytes were compared, and are the same
    public record Outcome(long fileBytes, LoadReport report, boolean verified) {}

    /// Does it.
    ///
    /// @throws dev.isobar.memory.load.LoadException if the file cannot be loaded
    /// @throws IllegalStateException if the bytes that have arrived are not those of the file
    public Outcome run() {
        try (var sources = new FileSources()) {
            FileSource source = sources.register(path);
            if (source.bytes() == 0) {
                return new Outcome(0, nothing(), false);
            }
            try (var loader = new FileLoader(sources);
                    MemorySpace space = target.open(source.bytes() + SLACK_BYTES)) {
                Loaded loaded = loader.loadNew(space, List.of(source.whole()), policy);
                MemoryBlock block = loaded.blocks().getFirst();
                try {
                    if (verify && !Arrays.equals(sha256(block), source.sha256())) {
                        throw new IllegalStateException(
                                path + ": what was loaded is not what is in the file");
                    }
                    return new Outcome(source.bytes(), loaded.report(), verify);
                } finally {
                    space.free(block);
                }
            }
        }
    }

    private LoadReport nothing() {
        return new LoadReport(policy.requested(), List.of(), null, 0, 0, 0, 0, 0, 0, List.of());
    }

    private static byte[] sha256(MemoryBlock block) {
        try (Arena arena = Arena.ofConfined()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            MemorySegment buffer = arena.allocate(Math.min(COPY_BYTES, block.bytes()));
            for (long at = 0; at < block.bytes(); at += COPY_BYTES) {
                MemorySegment part = buffer.asSlice(0, Math.min(COPY_BYTES, block.bytes() - at));
                block.space().copyOut(block, at, part);
                digest.update(part.asByteBuffer());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Where a file goes.
    @FunctionalInterface
    public interface Target {

        /// The memory of the host.
        Target HOST = bytes -> HostSpace.of("load", bytes);

        /// Opens a space with room for so many bytes.
        MemorySpace open(long bytes);
    }
}
