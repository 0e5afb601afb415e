package dev.isobar.examples.adapter;

import dev.isobar.examples.workload.ZipfSampler;
import dev.isobar.lora.Activation;
import dev.isobar.lora.Evicted;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;

/// One run of a plan on a pool.
///
/// *One thread only.*
final class AdapterDrive {

    private final AdapterBenchPlan plan;
    private final LoraPool pool;
    private final Map<String, Integer> goneAt = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final long[] loadNanos;
    private int loads;
    private int hits;
    private int refused;
    private int evictions;
    private int thrash;
    private long reloadedBytes;

    /// @param pool with the plan's adapters
    AdapterDrive(AdapterBenchPlan plan, LoraPool pool) {
        this.plan = plan;
        this.pool = pool;
        this.loadNanos = new long[plan.activations()];
    }

    /// @param names of the adapters
    AdapterBenchReport.Row run(AdapterPolicy policy, List<String> names, IntConsumer progress)
            throws InterruptedException {
        Random random = new Random(plan.seed());
        List<String> byPopularity = new ArrayList<>(names);
        Collections.shuffle(byPopularity, random);
        ZipfSampler zipf = new ZipfSampler(names.size(), plan.skew());
        for (int at = 0; at < plan.activations(); at++) {
            activate(byPopularity.get(zipf.draw(random)), at);
            progress.accept(1);
        }
        return row(policy);
    }

    private void activate(String name, int at) throws InterruptedException {
        long start = System.nanoTime();
        switch (pool.activate(name)) {
            case Activation.Active active -> {
                try (active) {
                    if (active.loaded()) {
                        loadNanos[loads++] = System.nanoTime() - start;
                        loaded(active, at);
                    } else {
                        hits++;
                    }
                }
            }
            case Activation.Refused _ -> refused++;
            case Activation.Unknown unknown ->
                    throw new IllegalStateException("not registered: " + unknown.name());
        }
    }

    private void loaded(Activation.Active active, int at) {
        if (!seen.add(active.name())) {
            reloadedBytes += active.arrival().broughtBytes();
        }
        Integer gone = goneAt.remove(active.name());
        if (gone != null && at - gone < 2 * plan.slots()) {
            thrash++;
        }
        for (Evicted victim : active.evicted()) {
            evictions++;
            goneAt.put(victim.name(), at);
        }
    }

    private AdapterBenchReport.Row row(AdapterPolicy policy) {
        LoraStats stats = pool.stats();
        long[] sorted = Arrays.copyOf(loadNanos, loads);
        Arrays.sort(sorted);
        return new AdapterBenchReport.Row(
                policy.label(),
                hits,
                refused,
                stats.loadedBytes(),
                reloadedBytes,
                stats.keptBytes(),
                evictions,
                thrash,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99));
    }

    private static long quantile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
    }
}
