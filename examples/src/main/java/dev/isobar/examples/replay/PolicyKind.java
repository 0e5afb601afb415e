package dev.isobar.examples.replay;

import dev.isobar.pool.EvictionGoal;
import dev.isobar.pool.EvictionPriority;
import java.util.Locale;

/// The policies that can be replayed. All of them see the requests one after the other; [#OPTIMUM]
/// sees all at once.
public enum PolicyKind {
    /// Least recently used goes first.
    LRU,
    /// Three FIFO queues.
    S3_FIFO,
    /// Low inter-reference recency set.
    LIRS,
    /// Greedy-dual-size-frequency.
    GDSF,
    /// Greedy-dual-size in rounded queues.
    CAMP,
    /// The library Caffeine.
    CAFFEINE,
    /// The library cache2k.
    CACHE2K,
    /// Isobar's pool with its adaptive priority.
    POOL,
    /// What no cache can exceed: exact where sizes and costs are 1, else an upper bound.
    OPTIMUM;

    /// A cache with this policy.
    ///
    /// @param unitBytes whether all sizes are 1
    /// @throws IllegalStateException for [#OPTIMUM]
    ReplayPolicy open(long capacityBytes, boolean unitBytes, EvictionGoal goal) {
        return switch (this) {
            case LRU -> new LruPolicy(capacityBytes);
            case S3_FIFO -> new S3FifoPolicy(capacityBytes);
            case LIRS -> new LirsPolicy(capacityBytes);
            case GDSF -> new GdsfPolicy(capacityBytes);
            case CAMP -> new CampPolicy(capacityBytes);
            case CAFFEINE -> new CaffeinePolicy(capacityBytes, unitBytes);
            case CACHE2K -> new Cache2kPolicy(capacityBytes, unitBytes);
            case POOL -> new PoolPolicy(capacityBytes, EvictionPriority.adaptive(goal));
            case OPTIMUM -> throw new IllegalStateException("the optimum is no cache");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
