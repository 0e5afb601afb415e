package dev.isobar.examples.adapter;

import dev.isobar.broker.Resource;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.TierConfig;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.load.FileSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Activates adapters by Zipf's law in room for some of them: with each policy the same adapters in the
/// same order.
///
/// *Immutable.*
///
/// @param plan what is done
public record AdapterBench(AdapterBenchPlan plan) {

    private static final long PAGE_BYTES = 16 << 10;

    /// Runs the policies one after another.
    ///
    /// @param progress is told of every activation that is done
    /// @throws dev.isobar.lora.format.AdapterFormatException if an adapter is no good
    public AdapterBenchReport run(IntConsumer progress) throws InterruptedException {
        long roomBytes = Math.max(PAGE_BYTES, meanBytes() * plan.slots());
        List<AdapterBenchReport.Row> rows = new ArrayList<>();
        for (AdapterPolicy policy : plan.policies()) {
            rows.add(run(policy, roomBytes, progress));
        }
        return new AdapterBenchReport(
                plan.adapters().size(), plan.slots(), plan.activations(), plan.skew(), rows);
    }

    private long meanBytes() {
        try (FileSources sources = new FileSources()) {
            AdapterReader reader = new AdapterReader(sources);
            long bytes = 0;
            for (Path path : plan.adapters()) {
                bytes += Math.ceilDiv(reader.read(path).bytes(), PAGE_BYTES) * PAGE_BYTES;
            }
            return Math.ceilDiv(bytes, plan.adapters().size());
        }
    }

    private AdapterBenchReport.Row run(AdapterPolicy policy, long roomBytes, IntConsumer progress)
            throws InterruptedException {
        try (HostSpace space = HostSpace.of("adapter-bench", roomBytes + (1L << 30))) {
            TierConfig tier =
                    new TierConfig("adapters", space, Resource.HOST, PAGE_BYTES, roomBytes);
            try (LoraPool pool = new LoraPool(policy.apply(LoraPoolConfig.of(tier)))) {
                plan.adapters().forEach(path -> pool.register(name(path), path));
                List<String> names = plan.adapters().stream().map(AdapterBench::name).toList();
                return new AdapterDrive(plan, pool).run(policy, names, progress);
            }
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
