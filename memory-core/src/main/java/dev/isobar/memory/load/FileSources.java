package dev.isobar.memory.load;

import dev.isobar.memory.load.FilePlatform.OpenFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The files that bytes are loaded from: each registered once, checked whenever it matters, mapped at
/// most once.
///
/// *Safe for several threads.* Files are opened, mapped and closed with no lock of the registry held.
public final class FileSources implements AutoCloseable {

    private static final int MAX_PATH_BYTES = 4095;

    private final FileSourcesConfig config;
    private final FilePlatform platform;
    private final LeaseTable leases;
    private final Object lock = new Object();
    // Guarded by lock.
    private final Map<String, FileSource> byKey = new HashMap<>();
    private final List<FileSource> open = new ArrayList<>();
    private List<MappingLeak> leaks = List.of();
    private long nextId;
    private boolean closed;

    /// An empty registry with the [limits by default][FileSourcesConfig#defaults()].
    public FileSources() {
        this(FileSourcesConfig.defaults());
    }

    /// An empty registry.
    public FileSources(FileSourcesConfig config) {
        this(config, new SystemFiles());
    }

    FileSources(FileSourcesConfig config, FilePlatform platform) {
        this.config = Objects.requireNonNull(config, "config");
        this.platform = Objects.requireNonNull(platform, "platform");
        this.leases = new LeaseTable(config.maxLeases());
    }

    /// The limits.
    public FileSourcesConfig config() {
        return config;
    }

    FilePlatform platform() {
        return platform;
    }

    /// Registers a file, from text that may come from anywhere.
    ///
    /// @throws LoadException as [#register(Path)] does, and `BAD_PATH`
    public FileSource register(String path) {
        Objects.requireNonNull(path, "path");
        try {
            return register(Path.of(path));
        } catch (InvalidPathException e) {
            throw LoadException.of(LoadError.BAD_PATH, path.replace('\0', '?'), e);
        }
    }

    /// Registers a file. A file that is registered already, and has not changed, is the same source.
    ///
    /// @throws LoadException `BAD_PATH`, `NOT_FOUND`, `ACCESS_DENIED`, `NOT_A_FILE`, `OPEN_FAILED`,
    ///     `SIZE_FAILED`, or `SOURCE_CHANGED` if it changed meanwhile
    public FileSource register(Path path) {
        requirePath(path);
        FileStamp stamp = stamp(path);
        synchronized (lock) {
            requireOpen();
            FileSource known = byKey.get(stamp.key());
            if (known != null && known.isOpen() && known.stamp().equals(stamp)) {
                return known;
            }
        }
        OpenFile file = open(path);
        try {
            if (!stamp(path).equals(stamp) || file.bytes() != stamp.bytes()) {
                throw LoadException.of(
                        LoadError.SOURCE_CHANGED,
                        path.toString(),
                        "it changed while it was opened");
            }
            return add(path, stamp, file);
        } catch (IOException e) {
            throw closing(file, LoadException.of(LoadError.SIZE_FAILED, path.toString(), e));
        } catch (RuntimeException e) {
            throw closing(file, e);
        }
    }

    /// Registers a file whose bytes are known: reads all of it.
    ///
    /// @param sha256 the 32 bytes that [FileSource#sha256()] must answer
    /// @throws LoadException as [#register(Path)] does, and `DIGEST_MISMATCH`
    public FileSource register(Path path, byte[] sha256) {
        FileSource source = register(path);
        byte[] real = source.sha256();
        if (!Arrays.equals(real, sha256)) {
            HexFormat hex = HexFormat.of();
            throw LoadException.of(
                    LoadError.DIGEST_MISMATCH,
                    source.name(),
                    "SHA-256 is %s, not %s".formatted(hex.formatHex(real), hex.formatHex(sha256)));
        }
        return source;
    }

    /// Gives a file up, and closes it. Closing twice does nothing.
    ///
    /// @throws LoadException `CLOSE_FAILED` if the system says so; it is closed nevertheless
    /// @throws IllegalStateException if a lease of it is open
    /// @throws IllegalArgumentException if it is another registry's
    public void unregister(FileSource source) {
        if (source.sources != this) {
            throw new IllegalArgumentException(source + " is another registry's");
        }
        try {
            source.close();
        } finally {
            if (!source.isOpen()) {
                forget(source);
            }
        }
    }

    /// Releases a lease.
    ///
    /// @throws LoadException `STALE_LEASE`, `ALREADY_RELEASED`, `NOT_OWNER`, or `UNMAP_FAILED`: then
    ///     it is still owned, and can be released again
    public void release(LeaseToken token) {
        MappingLease lease = leases.beginRelease(token);
        try {
            lease.source().releaseMapping();
        } catch (RuntimeException e) {
            leases.releaseFailed(lease);
            throw e;
        }
        leases.released(lease);
    }

    /// Tries once more to release what could not be released.
    ///
    /// @return how many are gone now
    public int retryFailedReleases() {
        int gone = 0;
        for (MappingLease lease : leases.open()) {
            if (lease.state() == LeaseState.RELEASE_FAILED) {
                gone += tryRelease(lease) ? 1 : 0;
            }
        }
        return gone;
    }

    /// The leases that are open, or could not be released.
    public List<MappingLease> leases() {
        return leases.open();
    }

    /// While the registry is open, the leases that could not be released; after [#close()], those that
    /// nobody had released by then, with the state in which they were.
    public List<MappingLeak> leaks() {
        synchronized (lock) {
            return closed
                    ? leaks
                    : leases.open().stream()
                            .filter(lease -> lease.state() == LeaseState.RELEASE_FAILED)
                            .map(FileSources::leak)
                            .toList();
        }
    }

    /// Releases every lease and closes every file; [#leaks()] says what nobody had released. A
    /// mapping that a native call is using stays until this is called again.
    ///
    /// @throws LoadException `UNMAP_FAILED` if a mapping stays, `CLOSE_FAILED` if the system reported
    ///     a failure
    @Override
    public void close() {
        List<FileSource> remaining;
        synchronized (lock) {
            if (!closed) {
                closed = true;
                leaks = leases.open().stream().map(FileSources::leak).toList();
            }
            remaining = List.copyOf(open);
        }
        List<RuntimeException> failures = new ArrayList<>();
        for (MappingLease lease : leases.open()) {
            attempt(() -> releaseIfOpen(lease), failures);
        }
        for (FileSource source : remaining) {
            if (source.leases() == 0) {
                attempt(() -> unregister(source), failures);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    MappingLease lease(FileSource source, long offset, long bytes, String owner) {
        if (owner.isBlank()) {
            throw new IllegalArgumentException("owner must not be blank");
        }
        source.requireRange(offset, bytes);
        return leaseRange(source, offset, bytes, owner);
    }

    /// A lease of the whole file, however long it is.
    MappingLease leaseWhole(FileSource source, String owner) {
        return leaseRange(source, 0, source.bytes(), owner);
    }

    private MappingLease leaseRange(FileSource source, long offset, long bytes, String owner) {
        LeaseToken token = leases.reserve(source.id, owner);
        if (token == null) {
            throw LoadException.of(
                    LoadError.NO_SLOT,
                    source.name(),
                    "all " + config.maxLeases() + " leases are taken");
        }
        try {
            MemorySegment whole = source.acquireMapping();
            MappingLease lease = new MappingLease(source, token, whole, offset, bytes);
            leases.publish(lease);
            return lease;
        } catch (RuntimeException e) {
            leases.giveBack(token);
            throw e;
        }
    }

    /// Releases a lease that nobody else is releasing.
    void releaseIfOpen(MappingLease lease) {
        try {
            release(lease.token());
        } catch (LoadException e) {
            if (e.code() != LoadError.ALREADY_RELEASED && e.code() != LoadError.STALE_LEASE) {
                throw e;
            }
        }
    }

    private boolean tryRelease(MappingLease lease) {
        try {
            release(lease.token());
            return true;
        } catch (LoadException _) {
            return false; // it is still in the list
        }
    }

    private static void attempt(Runnable step, List<RuntimeException> failures) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private static MappingLeak leak(MappingLease lease) {
        return new MappingLeak(lease.source().path(), lease.token(), lease.bytes(), lease.state());
    }

    private FileSource add(Path path, FileStamp stamp, OpenFile file) {
        FileSource known;
        synchronized (lock) {
            requireOpen();
            known = byKey.get(stamp.key());
            if (known == null || !known.isOpen() || !known.stamp().equals(stamp)) {
                FileSource source = new FileSource(nextId++, this, platform, path, stamp, file);
                byKey.put(stamp.key(), source);
                open.add(source);
                return source;
            }
        }
        closeQuietly(file, null);
        return known;
    }

    private void forget(FileSource source) {
        synchronized (lock) {
            byKey.remove(source.stamp().key(), source);
            open.remove(source);
        }
    }

    private static void requirePath(Path path) {
        String text = path.toString();
        if (text.isEmpty()) {
            throw LoadException.of(LoadError.BAD_PATH, text, "the path is empty");
        }
        if (text.length() > MAX_PATH_BYTES) {
            throw LoadException.of(
                    LoadError.BAD_PATH,
                    text.substring(0, 64) + "...",
                    "the path has more than " + MAX_PATH_BYTES + " characters");
        }
    }

    private FileStamp stamp(Path path) {
        try {
            return platform.stamp(path);
        } catch (IOException e) {
            throw LoadException.of(openError(e, LoadError.SIZE_FAILED), path.toString(), e);
        }
    }

    private OpenFile open(Path path) {
        try {
            return platform.open(path, false);
        } catch (IOException e) {
            throw LoadException.of(openError(e, LoadError.OPEN_FAILED), path.toString(), e);
        }
    }

    private static LoadError openError(IOException failure, LoadError otherwise) {
        return switch (failure) {
            case NoSuchFileException _ -> LoadError.NOT_FOUND;
            case AccessDeniedException _ -> LoadError.ACCESS_DENIED;
            default -> otherwise;
        };
    }

    private static RuntimeException closing(OpenFile file, RuntimeException failure) {
        closeQuietly(file, failure);
        return failure;
    }

    private static void closeQuietly(OpenFile file, @Nullable RuntimeException failure) {
        try {
            file.close();
        } catch (IOException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the registry of files was closed");
        }
    }
}
