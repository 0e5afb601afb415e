package dev.isobar.memory.load;

import dev.isobar.memory.load.LoadJob.Tally;
import dev.isobar.memory.load.LoadReport.Attempt;
import dev.isobar.memory.load.LoadReport.ItemResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One load of a batch: tries the strategies of the policy in turn, and writes the report.
///
/// *One thread only.*
final class LoadRun {

    private final List<LoadItem> items;
    private final LoadPolicy policy;
    private final @Nullable LoadException[] failures;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final List<Attempt> attempts = new ArrayList<>();
    private Tally tally = Tally.NOTHING;

    /// @param failures for each item, what is wrong with it in itself; taken over
    LoadRun(
            List<LoadItem> items,
            LoadPolicy policy,
            @Nullable LoadException[] failures,
            LongSupplier nanoClock) {
        this.items = items;
        this.policy = policy;
        this.failures = failures;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /// Does it.
    ///
    /// @param lanes moves the chunks of a job, and returns when no lane is at work any more
    /// @throws LoadException as [FileLoader#load(List, LoadPolicy)] does
    LoadReport run(BiConsumer<LoadJob, Transfer> lanes) {
        List<Integer> pending =
                IntStream.range(0, items.size()).filter(i -> failures[i] == null).boxed().toList();
        LoadException last = null;
        for (LoadStrategy strategy : pending.isEmpty() ? List.<LoadStrategy>of() : policy.chain()) {
            try {
                attempt(strategy, pending, lanes);
                attempts.add(new Attempt(strategy, null));
                return report(strategy);
            } catch (LoadException e) {
                attempts.add(new Attempt(strategy, e));
                last = e;
                if (!e.code().strategySpecific()) {
                    break;
                }
            }
        }
        if (policy.mode() == BatchMode.PER_ITEM && !isForAll(last)) {
            return report(null);
        }
        throw Objects.requireNonNull(last).report(report(null));
    }

    /// Whether a failure is nobody's item but the whole load's.
    private static boolean isForAll(@Nullable LoadException failure) {
        return failure != null
                && (failure.code() == LoadError.CANCELLED
                        || failure.code() == LoadError.DEADLINE_PASSED
                        || failure.code() == LoadError.NO_STAGING);
    }

    /// @throws LoadException if nothing came of it; then the failures of single items are those of
    ///     before
    private void attempt(
            LoadStrategy strategy, List<Integer> pending, BiConsumer<LoadJob, Transfer> lanes) {
        @Nullable LoadException[] mine = new LoadException[items.size()];
        try (Transfer transfer = Transfer.of(strategy)) {
            prepare(transfer, pending, mine);
            List<Integer> ready = pending.stream().filter(i -> mine[i] == null).toList();
            List<LoadItem> those = ready.stream().map(items::get).toList();
            ChunkPlan plan =
                    ChunkPlan.of(
                            items,
                            ready,
                            transfer.chunkBytes(policy, those),
                            LoadPolicy.CHUNK_STEP_BYTES);
            LoadJob job = new LoadJob(items, plan, policy);
            try {
                lanes.accept(job, transfer);
            } finally {
                tally = tally.plus(job.tally());
            }
            job.throwIfStopped();
            for (int i : ready) {
                mine[i] = job.failureOf(i);
            }
            recheck(ready, mine);
        }
        settle(pending, mine);
    }

    private void prepare(Transfer transfer, List<Integer> pending, @Nullable LoadException[] mine) {
        for (var source : itemsBySource(pending).entrySet()) {
            perSource(
                    source,
                    mine,
                    () -> {
                        source.getKey().recheck();
                        transfer.prepare(source.getKey());
                    });
        }
    }

    private void recheck(List<Integer> ready, @Nullable LoadException[] mine) {
        for (var source : itemsBySource(ready).entrySet()) {
            perSource(source, mine, source.getKey()::recheck);
        }
    }

    /// Does something about a file; if that fails, all its items have.
    private void perSource(
            Map.Entry<FileSource, List<Integer>> source,
            @Nullable LoadException[] mine,
            Runnable step) {
        try {
            step.run();
        } catch (LoadException e) {
            if (policy.mode() == BatchMode.ALL_OR_NOTHING) {
                throw e.item(source.getValue().getFirst());
            }
            for (int i : source.getValue()) {
                mine[i] = mine[i] == null ? e.item(i) : mine[i];
            }
        }
    }

    private Map<FileSource, List<Integer>> itemsBySource(List<Integer> indexes) {
        Map<FileSource, List<Integer>> bySource = new LinkedHashMap<>();
        for (int i : indexes) {
            bySource.computeIfAbsent(items.get(i).extent().source(), _ -> new ArrayList<>()).add(i);
        }
        return bySource;
    }

    /// Keeps the failures of an attempt of which something came; throws if nothing did.
    private void settle(List<Integer> pending, @Nullable LoadException[] mine) {
        LoadException first = null;
        boolean something = false;
        for (int i : pending) {
            something |= mine[i] == null;
            first = first == null ? mine[i] : first;
        }
        if (!something && first != null && first.code().strategySpecific() && !lastTry()) {
            throw first;
        }
        for (int i : pending) {
            failures[i] = mine[i];
        }
        if (!something && first != null) {
            throw first;
        }
    }

    private boolean lastTry() {
        return attempts.size() == policy.chain().size() - 1;
    }

    private LoadReport report(@Nullable LoadStrategy used) {
        boolean perItem = policy.mode() == BatchMode.PER_ITEM;
        long bytes = 0;
        List<ItemResult> results = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            bytes += used != null && failures[i] == null ? items.get(i).extent().bytes() : 0;
            if (perItem) {
                results.add(new ItemResult(i, failures[i]));
            }
        }
        return new LoadReport(
                policy.requested(),
                attempts,
                used,
                bytes,
                tally.readBytes(),
                tally.ioCalls(),
                tally.runs(),
                tally.peakStagingBytes(),
                Math.max(0, nanoClock.getAsLong() - startNanos),
                results);
    }
}
