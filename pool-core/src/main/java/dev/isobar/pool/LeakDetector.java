package dev.isobar.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Watches leases, and reports those that the collector finds before they were closed. It frees
/// nothing: the bytes of a lost lease stay charged.
final class LeakDetector {

    private static final Logger LOG = System.getLogger("dev.isobar.pool");
    private static final int FRAMES = 12;

    /// Made when the first lease is watched: it starts a thread.
    private static final class Collector {
        static final Cleaner CLEANER = Cleaner.create();
    }

    private final String pool;
    private final int interval;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private final LongAdder lost = new LongAdder();

    LeakDetector(String pool, LeakDetection detection) {
        this.pool = pool;
        this.interval = detection.interval();
    }

    /// Whether it is the next lease's turn to be watched.
    boolean isDue() {
        return interval != 0
                && (interval == 1 || ThreadLocalRandom.current().nextInt(interval) == 0);
    }

    /// Watches a lease.
    Watch watch(Object lease, Object key, long bytes) {
        Watch watch = new Watch(this, key, bytes);
        open.add(watch);
        watch.cleanable = Collector.CLEANER.register(lease, watch);
        return watch;
    }

    /// The watched leases that are open.
    List<OpenLease> open() {
        return open.stream().map(Watch::describe).toList();
    }

    /// How many watched leases were lost.
    long lost() {
        return lost.sum();
    }

    private void report(Watch watch) {
        lost.increment();
        OpenLease lease = watch.describe();
        LOG.log(
                Level.WARNING,
                "pool {0}: a lease on {1} ({2} bytes) was dropped without being closed; thread {3} took it at\n{4}",
                pool,
                lease.key(),
                lease.bytes(),
                lease.holder(),
                lease.acquiredAt());
    }

    /// What is known of one watched lease. Does not refer to the lease.
    static final class Watch implements Runnable {
        private final LeakDetector detector;
        private final Object key;
        private final long bytes;
        private final String holder = Thread.currentThread().toString();
        private final List<StackWalker.StackFrame> frames =
                StackWalker.getInstance().walk(all -> all.skip(3).limit(FRAMES).toList());
        private final AtomicBoolean ended = new AtomicBoolean();
        private Cleaner.@Nullable Cleanable cleanable;

        Watch(LeakDetector detector, Object key, long bytes) {
            this.detector = detector;
            this.key = key;
            this.bytes = bytes;
        }

        /// The lease was closed.
        void end() {
            if (ended.compareAndSet(false, true)) {
                detector.open.remove(this);
                if (cleanable != null) {
                    cleanable.clean();
                }
            }
        }

        /// The collector found the lease.
        @Override
        public void run() {
            if (ended.compareAndSet(false, true)) {
                detector.open.remove(this);
                detector.report(this);
            }
        }

        OpenLease describe() {
            String stack =
                    frames.stream()
                            .map(frame -> "    at " + frame)
                            .collect(Collectors.joining("\n"));
            return new OpenLease(String.valueOf(key), bytes, holder, stack);
        }
    }
}
