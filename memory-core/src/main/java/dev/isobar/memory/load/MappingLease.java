package dev.isobar.memory.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.OptionalLong;

/// The right to read a range of a mapped file, until it is released.
///
/// *Safe for several threads*, with one duty of the caller: nobody reads while somebody else releases
/// it. A reader that breaks the rule gets an exception or the bytes, never a crash.
public final class MappingLease implements AutoCloseable {

    private final FileSource source;
    private final LeaseToken token;
    private final MemorySegment whole;
    private final long offset;
    private final MemorySegment view;
    private volatile LeaseState state = LeaseState.LIVE;

    MappingLease(
            FileSource source, LeaseToken token, MemorySegment whole, long offset, long bytes) {
        this.source = source;
        this.token = token;
        this.whole = whole;
        this.offset = offset;
        this.view = whole.asSlice(offset, bytes).asReadOnly();
    }

    /// The file.
    public FileSource source() {
        return source;
    }

    /// What proves that this lease may be released.
    public LeaseToken token() {
        return token;
    }

    /// Where it is in its life.
    public LeaseState state() {
        return state;
    }

    /// Where it begins in the file, in bytes.
    public long offset() {
        return offset;
    }

    /// How long it is, in bytes.
    public long bytes() {
        return view.byteSize();
    }

    /// The bytes in place, read-only. If somebody cuts the file short, touching what is gone throws
    /// `InternalError`; a native function that is given the view ends the process then. [#read] does
    /// neither.
    ///
    /// @throws IllegalStateException if the lease was released
    public MemorySegment view() {
        requireReadable();
        return view;
    }

    /// Copies bytes out, into all of `target`.
    ///
    /// @param from where to begin in the lease, in bytes
    /// @throws LoadException `SOURCE_TRUNCATED` if the file was cut short, `READ_FAILED` if the system
    ///     failed to fetch a page; some bytes may have been copied
    /// @throws IndexOutOfBoundsException if the lease has fewer bytes there
    /// @throws IllegalStateException if the lease was released
    public void read(long from, MemorySegment target) {
        Objects.checkFromIndexSize(from, target.byteSize(), view.byteSize());
        requireReadable();
        try {
            MemorySegment.copy(view, from, target, 0, target.byteSize());
            source.requireUntruncated(source.file().bytes());
        } catch (InternalError fault) {
            throw source.faulted(fault).at(offset + from, target.byteSize());
        } catch (IOException e) {
            throw LoadException.of(LoadError.SIZE_FAILED, source.name(), e);
        }
    }

    /// Tells the system what will happen to a range of the lease.
    ///
    /// @return whether it was applied; not on a system that has no such thing, and that is no error
    /// @throws LoadException `BAD_ADVICE_RANGE` or `ADVISE_FAILED`; the lease is as good as before
    /// @throws IllegalStateException if the lease was released
    public Advice.Outcome advise(Advice advice, long from, long bytes) {
        Objects.requireNonNull(advice, "advice");
        requireReadable();
        if (bytes < 1 || from < 0 || from > view.byteSize() || bytes > view.byteSize() - from) {
            throw LoadException.of(
                            LoadError.BAD_ADVICE_RANGE,
                            source.name(),
                            "the lease has " + view.byteSize() + " bytes")
                    .at(from, bytes);
        }
        try {
            return source.sources.platform().advise(whole.asSlice(offset + from, bytes), advice);
        } catch (IOException | RuntimeException e) {
            throw LoadException.of(LoadError.ADVISE_FAILED, source.name(), e)
                    .at(offset + from, bytes);
        }
    }

    /// How much of the lease is in memory; empty where the system does not say. Needs native access.
    public OptionalLong residentBytes() {
        requireReadable();
        return source.sources.platform().residentBytes(view);
    }

    /// Gives it back. A second call does nothing, but for a lease that could not be given back.
    ///
    /// @throws LoadException `UNMAP_FAILED`: it is still owned, and can be closed again
    @Override
    public void close() {
        if (state == LeaseState.LIVE || state == LeaseState.RELEASE_FAILED) {
            source.sources.releaseIfOpen(this);
        }
    }

    void state(LeaseState next) {
        state = next;
    }

    private void requireReadable() {
        if (state == LeaseState.RELEASED || state == LeaseState.RELEASING) {
            throw new IllegalStateException("the lease of " + source.path() + " was released");
        }
    }

    @Override
    public String toString() {
        return "lease["
                + source.path()
                + ", offset="
                + offset
                + ", bytes="
                + bytes()
                + ", "
                + state
                + ", owner="
                + token.owner()
                + "]";
    }
}
