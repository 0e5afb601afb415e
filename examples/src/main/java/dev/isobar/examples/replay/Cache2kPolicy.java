package dev.isobar.examples.replay;

import org.cache2k.Cache;
import org.cache2k.Cache2kBuilder;

/// The library cache2k.
final class Cache2kPolicy implements ReplayPolicy {

    private final Cache<Integer, Long> cache;
    private final long capacityBytes;

    Cache2kPolicy(long capacityBytes, boolean unitBytes) {
        this.capacityBytes = capacityBytes;
        var builder =
                Cache2kBuilder.of(Integer.class, Long.class)
                        .eternal(true)
                        .boostConcurrency(false)
                        .strictEviction(true);
        this.cache =
                unitBytes
                        ? builder.entryCapacity(capacityBytes).build()
                        : builder.maximumWeight(capacityBytes)
                                .weigher((_, bytes) -> Math.toIntExact(bytes))
                                .build();
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        if (cache.peek(key) != null) {
            return true;
        }
        if (bytes <= capacityBytes) {
            cache.put(key, bytes);
        }
        return false;
    }

    @Override
    public void close() {
        cache.close();
    }
}
