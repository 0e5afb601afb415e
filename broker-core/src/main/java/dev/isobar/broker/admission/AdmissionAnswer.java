package dev.isobar.broker.admission;

import dev.isobar.broker.Resource;
import java.time.Duration;
import java.util.Objects;

/// What became of a request. Exhaustive: a `switch` over it needs no `default`.
///
/// *Immutable.* For an HTTP host: [Impossible] is 400, [Overloaded] is 429 with `Retry-After`,
/// [Cancelled] is 499, [Closed] is 503.
public sealed interface AdmissionAnswer {

    /// Everything that was claimed is held until [Grant#close()].
    ///
    /// @param grant what is held
    /// @param waited how long the request waited
    record Granted(Grant grant, Duration waited) implements AdmissionAnswer {
        public Granted {
            Objects.requireNonNull(grant, "grant");
            Objects.requireNonNull(waited, "waited");
        }
    }

    /// Nothing was granted.
    sealed interface Refused extends AdmissionAnswer {
        /// One sentence for people, with the numbers.
        String message();
    }

    /// It could not be granted if nobody else were there. Asking again is of no use.
    ///
    /// @param admission who refused
    /// @param shortage what there is not enough of
    /// @param limit whose limit it is
    record Impossible(String admission, Shortage shortage, Limit limit) implements Refused {
        public Impossible {
            Objects.requireNonNull(admission, "admission");
            Objects.requireNonNull(shortage, "shortage");
            Objects.requireNonNull(limit, "limit");
        }

        @Override
        public String message() {
            return "%s: %d %s can never be granted (%s=%d)"
                    .formatted(
                            admission,
                            shortage.requested(),
                            shortage.of(),
                            limit == Limit.CAPACITY ? "capacity" : "tenant maximum",
                            shortage.capacity());
        }
    }

    /// Which limit a claim is above.
    enum Limit {
        /// The supply's capacity, less what is kept for other tenants.
        CAPACITY,
        /// The tenant's maximum.
        TENANT_MAXIMUM
    }

    /// There is too much work just now. Asking again later may help.
    ///
    /// @param admission who refused
    /// @param cause why it does not wait, or no longer
    /// @param shortage what there was not enough of when it was refused
    /// @param waiting how many others were waiting then
    /// @param waited how long it had waited
    /// @param retryAfter when asking again is likely to help; more than 0, an estimate
    record Overloaded(
            String admission,
            Cause cause,
            Shortage shortage,
            int waiting,
            Duration waited,
            Duration retryAfter)
            implements Refused {
        public Overloaded {
            Objects.requireNonNull(admission, "admission");
            Objects.requireNonNull(cause, "cause");
            Objects.requireNonNull(shortage, "shortage");
            Objects.requireNonNull(waited, "waited");
            Objects.requireNonNull(retryAfter, "retryAfter");
        }

        /// [#retryAfter()] as the header wants it: whole seconds, rounded up, at least 1.
        public long retryAfterSeconds() {
            return Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
        }

        @Override
        public String message() {
            return "%s: no %d %s after %d ms, %s (available=%d, capacity=%d, waiting=%d, largest holder=%s)"
                    .formatted(
                            admission,
                            shortage.requested(),
                            shortage.of(),
                            waited.toMillis(),
                            cause.words,
                            shortage.available(),
                            shortage.capacity(),
                            waiting,
                            shortage.largestHolder().isEmpty()
                                    ? "nobody"
                                    : shortage.largestHolder());
        }
    }

    /// Why a request does not wait, or no longer.
    enum Cause {
        /// It was not ready to wait, or it is the growth of a grant, which never waits.
        NO_ROOM("and it does not wait"),
        /// As many wait as may.
        QUEUE_FULL("and the queue is full"),
        /// It has waited as long as it was ready to.
        TIMED_OUT("when its time was up");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }

    /// The one who asked no longer wants it.
    ///
    /// @param admission who was asked
    /// @param waited how long it had waited
    record Cancelled(String admission, Duration waited) implements Refused {
        @Override
        public String message() {
            return "%s: cancelled after %d ms".formatted(admission, waited.toMillis());
        }
    }

    /// The admission is closed.
    ///
    /// @param admission who was asked
    record Closed(String admission) implements Refused {
        @Override
        public String message() {
            return admission + ": closed";
        }
    }

    /// What there is not enough of: the supply that is shortest for the claim, or, where there is enough
    /// of everything and others go first, the first that is claimed.
    ///
    /// @param resource whose
    /// @param unit counted in what
    /// @param requested how many units were claimed
    /// @param available how many could have been granted; may be negative where a capacity has shrunk
    /// @param capacity how many there are in all, or may ever be granted to the one who asks
    /// @param largestHolder who holds most of it; empty if nobody holds any
    record Shortage(
            Resource resource,
            String unit,
            long requested,
            long available,
            long capacity,
            String largestHolder) {
        public Shortage {
            Objects.requireNonNull(resource, "resource");
            Objects.requireNonNull(unit, "unit");
            Objects.requireNonNull(largestHolder, "largestHolder");
        }

        private String of() {
            return unit + " of " + resource;
        }
    }
}
