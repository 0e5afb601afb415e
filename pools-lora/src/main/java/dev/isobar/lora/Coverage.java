package dev.isobar.lora;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What an owner's work was about, and for which of it there are adapters.
///
/// *Safe for several threads.*
final class Coverage {

    private final Map<String, Counts> domains = new ConcurrentHashMap<>();

    void record(String domain, boolean success) {
        Counts counts = domains.computeIfAbsent(domain, _ -> new Counts());
        counts.all.increment();
        if (success) {
            counts.successes.increment();
        }
    }

    CoverageReport report(Set<String> covered) {
        List<CoverageReport.Domain> all =
                domains.entrySet().stream()
                        .map(each ->
                                new CoverageReport.Domain(
                                        each.getKey(),
                                        each.getValue().all.sum(),
                                        each.getValue().successes.sum()))
                        .sorted(
                                Comparator.comparingLong(CoverageReport.Domain::activities)
                                        .reversed()
                                        .thenComparing(CoverageReport.Domain::name))
                        .toList();
        List<CoverageReport.Domain> with =
                all.stream().filter(each -> covered.contains(each.name())).toList();
        List<CoverageReport.Domain> without =
                all.stream().filter(each -> !covered.contains(each.name())).toList();
        double ratio = all.isEmpty() ? 1.0 : (double) with.size() / all.size();
        return new CoverageReport(with, without, ratio);
    }

    private static final class Counts {
        private final LongAdder all = new LongAdder();
        private final LongAdder successes = new LongAdder();
    }
}
