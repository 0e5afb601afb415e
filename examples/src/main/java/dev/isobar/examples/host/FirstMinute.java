package dev.isobar.examples.host;

import dev.isobar.pool.store.EntryWrite;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.WarmStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// What a cache counted in the first minute of a run, or in all of it if it was shorter: how warm it
/// began.
///
/// *Immutable.*
///
/// @param span how long it was; at most a minute
/// @param figures what was counted
public record FirstMinute(Duration span, CacheFigures figures) {

    /// A minute.
    public static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int BYTES = 4 * Long.BYTES;

    /// Cuts the span to milliseconds.
    public FirstMinute {
        span = span.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Fingerprint key(WarmFigures.What what) {
        return new Fingerprinter()
                .tag("isobar/demo/first-minute")
                .number("layout", 2)
                .text("what", what.name())
                .finish();
    }

    /// That of the last run over a store, if there was one.
    static Optional<FirstMinute> last(WarmStore store, WarmFigures.What what) {
        return store.latest(key(what))
                .map(entry -> ByteBuffer.wrap(entry.payload().toArray(ValueLayout.JAVA_BYTE)))
                .filter(bytes -> bytes.capacity() == BYTES)
                .map(bytes -> {
                    var span = Duration.ofMillis(bytes.getLong());
                    return new FirstMinute(
                            span,
                            new CacheFigures(bytes.getLong(), bytes.getLong(), bytes.getLong()));
                });
    }

    /// Keeps it for the next run.
    void keep(WarmStore store, WarmFigures.What what) {
        ByteBuffer bytes =
                ByteBuffer.allocate(BYTES)
                        .putLong(span.toMillis())
                        .putLong(figures.lookUps())
                        .putLong(figures.hits())
                        .putLong(figures.evictions());
        store.put(key(what), EntryWrite.value(), MemorySegment.ofArray(bytes.array()));
    }
}
