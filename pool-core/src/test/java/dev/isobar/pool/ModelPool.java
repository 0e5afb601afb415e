package dev.isobar.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What a pool should do, in the simplest way: a list, searched from end to end for each victim.
final class ModelPool {

    /// One incarnation of a key.
    static final class Item {
        final String key;
        final long bytes;
        final long costNanos;
        final long born;
        long lastUse;
        long uses;
        double inflation;
        int pins;

        Item(String key, long bytes, long costNanos, long now, double inflation) {
            this.key = key;
            this.bytes = bytes;
            this.costNanos = costNanos;
            this.born = now;
            this.lastUse = now;
            this.inflation = inflation;
        }
    }

    final List<Item> items = new ArrayList<>();
    final List<Item> detached = new ArrayList<>();
    final List<String> removed = new ArrayList<>();
    private final ToDoubleFunction<Item> loss;
    long limit;
    long hits;
    long misses;
    long evictions;
    private double inflation;

    ModelPool(long limit, ToDoubleFunction<Item> loss) {
        this.limit = limit;
        this.loss = loss;
    }

    long used() {
        return sum(items) + sum(detached);
    }

    private static long sum(List<Item> of) {
        return of.stream().mapToLong(item -> item.bytes).sum();
    }

    Optional<Item> find(String key) {
        return items.stream().filter(item -> item.key.equals(key)).findFirst();
    }

    /// Finds and pins; a hit or a miss.
    Optional<Item> acquire(String key, long now) {
        Optional<Item> found = find(key);
        found.ifPresentOrElse(
                item -> {
                    hits++;
                    item.pins++;
                    item.uses++;
                    item.lastUse = now;
                    item.inflation = inflation;
                },
                () -> misses++);
        return found;
    }

    void release(Item item) {
        if (--item.pins == 0) {
            detached.remove(item);
        }
    }

    boolean put(String key, long bytes, long costNanos, long now) {
        Optional<Item> old = find(key);
        List<Item> victims = new ArrayList<>();
        if (bytes > limit) {
            return false;
        }
        long free = limit - used();
        if (free < bytes && old.isPresent() && old.get().pins == 0) {
            victims.add(old.get());
            free += old.get().bytes;
        }
        while (free < bytes) {
            Optional<Item> victim = least(victims);
            if (victim.isEmpty()) {
                return false;
            }
            victims.add(victim.get());
            free += victim.get().bytes;
        }
        for (Item victim : victims) {
            boolean replaced = old.isPresent() && victim == old.get();
            drop(victim, replaced ? "REPLACED" : "ROOM");
        }
        find(key).ifPresent(item -> drop(item, "REPLACED"));
        items.add(new Item(key, bytes, costNanos, now, inflation));
        return true;
    }

    /// Puts in what is loaded; what takes no bytes needs no room, even where there is too much.
    boolean load(String key, long bytes, long now) {
        if (bytes == 0) {
            items.add(new Item(key, 0, 0, now, inflation));
            return true;
        }
        return put(key, bytes, 0, now);
    }

    boolean invalidate(String key) {
        Optional<Item> found = find(key);
        found.ifPresent(item -> drop(item, "INVALIDATED"));
        return found.isPresent();
    }

    long free(long wanted, String cause) {
        long freed = 0;
        while (freed < wanted) {
            Optional<Item> victim = least(List.of());
            if (victim.isEmpty()) {
                break;
            }
            freed += victim.get().bytes;
            drop(victim.get(), cause);
        }
        return freed;
    }

    private Optional<Item> least(List<Item> except) {
        return items.stream()
                .filter(item -> item.pins == 0 && !except.contains(item))
                .min(Comparator.comparingDouble(loss)); // the first of equals: the oldest
    }

    private void drop(Item item, String cause) {
        items.remove(item);
        if (item.pins > 0) {
            detached.add(item);
        }
        removed.add(item.key + " " + cause);
        if (List.of("ROOM", "RECLAIM", "LIMIT").contains(cause)) {
            evictions++;
            inflation = Math.max(inflation, loss.applyAsDouble(item));
        }
    }
}
