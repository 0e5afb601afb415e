package dev.isobar.broker.admission;

import java.time.Duration;

/// Settings of an [Admission].
///
/// *Immutable.*
///
/// @param name what it is called in messages, metrics and snapshots; not blank
/// @param queueLimit how many requests may wait; at least 0; default {@value #DEFAULT_QUEUE_LIMIT}. As
///     many more may wait for their own session
/// @param bypassLimit how many later requests may be granted before one that waits and wants some of the
///     same; 0 = strictly first come, first served; default {@value #DEFAULT_BYPASS_LIMIT}
/// @param agingAfter who has waited that long is not passed any more, whatever the limit says; at least
///     0; default 2 s
/// @param maxWait how long requests wait that do not say; at least 0; default 10 s
/// @param minRetryAfter the least that [AdmissionAnswer.Overloaded#retryAfter()] says; more than 0;
///     default 1 s
/// @param maxRetryAfter the most that it says; at least `minRetryAfter`; default 60 s
public record AdmissionConfig(
        String name,
        int queueLimit,
        int bypassLimit,
        Duration agingAfter,
        Duration maxWait,
        Duration minRetryAfter,
        Duration maxRetryAfter) {

    /// How many requests may wait by default.
    public static final int DEFAULT_QUEUE_LIMIT = 256;

    /// How often a request may be passed by default.
    public static final int DEFAULT_BYPASS_LIMIT = 8;

    /// @throws IllegalArgumentException if a setting is out of bounds
    public AdmissionConfig {
        Checks.name("name", name);
        Checks.atLeast("queueLimit", queueLimit, 0);
        Checks.atLeast("bypassLimit", bypassLimit, 0);
        Checks.within("agingAfter", agingAfter, Duration.ZERO);
        Checks.within("maxWait", maxWait, Duration.ZERO);
        Checks.within("minRetryAfter", minRetryAfter, Duration.ofNanos(1));
        Checks.within("maxRetryAfter", maxRetryAfter, minRetryAfter);
    }

    /// The defaults named above.
    public static AdmissionConfig of(String name) {
        return builder(name).build();
    }

    /// A builder that starts from the defaults.
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /// Collects settings for an [AdmissionConfig]; each method sets the setting of its name.
    ///
    /// *One thread only.*
    public static final class Builder {

        private final String name;
        private int queueLimit = DEFAULT_QUEUE_LIMIT;
        private int bypassLimit = DEFAULT_BYPASS_LIMIT;
        private Duration agingAfter = Duration.ofSeconds(2);
        private Duration maxWait = Duration.ofSeconds(10);
        private Duration minRetryAfter = Duration.ofSeconds(1);
        private Duration maxRetryAfter = Duration.ofSeconds(60);

        private Builder(String name) {
            this.name = name;
        }

        /// Sets [AdmissionConfig#queueLimit()].
        public Builder queueLimit(int requests) {
            this.queueLimit = requests;
            return this;
        }

        /// Sets [AdmissionConfig#bypassLimit()].
        public Builder bypassLimit(int requests) {
            this.bypassLimit = requests;
            return this;
        }

        /// Sets [AdmissionConfig#agingAfter()].
        public Builder agingAfter(Duration wait) {
            this.agingAfter = wait;
            return this;
        }

        /// Sets [AdmissionConfig#maxWait()].
        public Builder maxWait(Duration wait) {
            this.maxWait = wait;
            return this;
        }

        /// Sets [AdmissionConfig#minRetryAfter()] and [AdmissionConfig#maxRetryAfter()].
        public Builder retryAfter(Duration least, Duration most) {
            this.minRetryAfter = least;
            this.maxRetryAfter = most;
            return this;
        }

        /// The settings collected so far.
        ///
        /// @throws IllegalArgumentException if one is out of bounds
        public AdmissionConfig build() {
            return new AdmissionConfig(
                    name,
                    queueLimit,
                    bypassLimit,
                    agingAfter,
                    maxWait,
                    minRetryAfter,
                    maxRetryAfter);
        }
    }
}
