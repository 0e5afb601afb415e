package dev.isobar.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// Keeps foreign code at arm's length: what it throws is counted, logged the first time and then at
/// every thousandth, and goes no further.
final class Callbacks {

    private static final Logger LOG = System.getLogger("dev.isobar.pool");
    private static final long LOG_EVERY = 1_000;

    private final String pool;
    private final LongAdder failures = new LongAdder();
    private final AtomicLong logged = new AtomicLong();

    Callbacks(String pool) {
        this.pool = pool;
    }

    /// Notes that a callback threw.
    void failed(String what, Throwable thrown) {
        failures.increment();
        if (logged.getAndIncrement() % LOG_EVERY == 0) {
            LOG.log(Level.WARNING, "pool " + pool + ": " + what + " failed", thrown);
        }
    }

    /// Warns that a pool was closed with bytes still in use.
    void stillCharged(long bytes, List<OpenLease> known) {
        String holders =
                known.stream()
                        .map(lease -> "%n  %s by %s".formatted(lease.key(), lease.holder()))
                        .collect(Collectors.joining());
        LOG.log(
                Level.WARNING,
                "pool {0} was closed while {1} bytes are leased or could not be freed{2}",
                pool,
                bytes,
                holders);
    }

    long failures() {
        return failures.sum();
    }
}
