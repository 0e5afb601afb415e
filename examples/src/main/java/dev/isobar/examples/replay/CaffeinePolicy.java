package dev.isobar.examples.replay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// The library Caffeine, its maintenance done by the caller.
final class CaffeinePolicy implements ReplayPolicy {

    private final Cache<Integer, Long> cache;
    private final long capacityBytes;

    CaffeinePolicy(long capacityBytes, boolean unitBytes) {
        this.capacityBytes = capacityBytes;
        Caffeine<Object, Object> builder = Caffeine.newBuilder().executor(Runnable::run);
        this.cache =
                unitBytes
                        ? builder.maximumSize(capacityBytes).<Integer, Long>build()
                        : builder.maximumWeight(capacityBytes)
                                .<Integer, Long>weigher((_, bytes) -> Math.toIntExact(bytes))
                                .build();
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        if (cache.getIfPresent(key) != null) {
            return true;
        }
        if (bytes <= capacityBytes) {
            cache.put(key, bytes);
            cache.cleanUp();
        }
        return false;
    }
}
