package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.isobar.kv.OwnTraces.Timed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the adaptive policy finds, beside the fixed ones.
class AdaptiveHitsTest {

    private static final Path TRACE =
            Path.of("../../shared/data/mooncake/conversation_trace.jsonl");
    private static final Pattern FIELDS =
            Pattern.compile("\"timestamp\": *(\\d+).*\"hash_ids\": *\\[([^]]*)]");

    /// Of the best of the others, on any trace and at any capacity.
    private static final double AT_LEAST = 0.98;

    static Stream<Arguments> traces() {
        return Stream.of(
                Arguments.of("conversations", OwnTraces.conversations(1, 2_000, 110_000, false)),
                Arguments.of("quick answers", OwnTraces.conversations(2, 2_000, 8_000, false)),
                Arguments.of("draining", OwnTraces.conversations(3, 2_000, 110_000, true)),
                Arguments.of("agents", OwnTraces.agents(4, 1_500)),
                Arguments.of("documents", OwnTraces.documents(5, 6_000, false)),
                Arguments.of("shifting documents", OwnTraces.documents(6, 6_000, true)),
                Arguments.of("loop", OwnTraces.loop(7, 3_000)),
                Arguments.of("tenants", OwnTraces.tenants(11, 3_000)),
                Arguments.of("long agents", OwnTraces.longAgents(12, 250)),
                Arguments.of("scans", OwnTraces.scans(13, 6_000)),
                Arguments.of("periodic", OwnTraces.periodic(14, 200, 1_500)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void ownTraces_nearlyAsGoodAsTheBestOfTheOthers_orBetter(String name, List<Timed> trace) {
        for (int capacity : new int[] {300, 1_000, 3_000, 10_000, 30_000}) {
            long best =
                    Stream.of(
                                    PrefixReplay.of(KvPolicy.LRU, capacity),
                                    PrefixReplay.of(KvPolicy.LFU, capacity),
                                    PrefixReplay.of(KvPolicy.SLRU, capacity),
                                    PrefixReplay.flat(KvPolicy.ARC, capacity))
                            .mapToLong(replay -> hits(replay, trace))
                            .max()
                            .orElseThrow();
            assertThat(hits(KvPolicy.ADAPTIVE, capacity, trace))
                    .as("%s at %d blocks, others %d", name, capacity, best)
                    .isGreaterThanOrEqualTo((long) (AT_LEAST * best));
        }
    }

    /// A small cache, and people who take their time: all the fixed orders drop everything before it is
    /// wanted again.
    @Test
    void conversations_smallCache_farBetterThanTheOthers() {
        List<Timed> trace = OwnTraces.conversations(8, 3_000, 110_000, false);
        assertThat(hits(KvPolicy.ADAPTIVE, 2_000, trace))
                .isGreaterThan((long) (1.1 * hits(KvPolicy.LRU, 2_000, trace)));
    }

    @Test
    void loopLargerThanTheCache_findsWhatOthersDoNot() {
        List<Timed> trace = OwnTraces.loop(9, 3_000);
        assertThat(hits(KvPolicy.LRU, 1_500, trace)).isZero();
        assertThat(hits(KvPolicy.ADAPTIVE, 1_500, trace)).isPositive();
    }

    @Test
    void sameTrace_sameHits() {
        List<Timed> trace = OwnTraces.agents(10, 500);
        assertThat(hits(KvPolicy.ADAPTIVE, 700, trace))
                .isEqualTo(hits(KvPolicy.ADAPTIVE, 700, trace));
    }

    /// The targets of the conversation trace; below 30,000 blocks never less than LRU.
    @ParameterizedTest
    @CsvSource({
        "500,    16500, 12168",
        "1000,   22500, 12847",
        "2000,   31000, 15665",
        "5000,   50000, 32260",
        "10000,  67500, 61046",
        "20000,  87500, 83035",
        "30000,  95000, 93978",
        "50000, 101267, 102290",
    })
    void conversationTrace_reachesItsTargets(int capacity, long target, long lru)
            throws IOException {
        assumeThat(TRACE).exists();
        List<Timed> trace = Files.readAllLines(TRACE).stream().map(AdaptiveHitsTest::read).toList();
        assertThat(hits(KvPolicy.LRU, capacity, trace)).isEqualTo(lru);
        assertThat(hits(KvPolicy.ADAPTIVE, capacity, trace)).isGreaterThanOrEqualTo(target);
    }

    private static long hits(KvPolicy policy, int capacity, List<Timed> trace) {
        return hits(PrefixReplay.of(policy, capacity), trace);
    }

    private static long hits(PrefixReplay replay, List<Timed> trace) {
        trace.forEach(each -> replay.request(each.ids(), each.millis() * 1_000_000));
        return replay.hits();
    }

    private static Timed read(String line) {
        Matcher fields = FIELDS.matcher(line);
        if (!fields.find()) {
            throw new IllegalArgumentException("not a request: " + line);
        }
        return new Timed(
                Long.parseLong(fields.group(1)),
                Arrays.stream(fields.group(2).split(", *")).mapToLong(Long::parseLong).toArray());
    }
}
