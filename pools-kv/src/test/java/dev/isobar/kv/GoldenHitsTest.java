package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The hits of the conversation trace, as two other implementations counted them.
class GoldenHitsTest {

    private static final Path TRACE =
            Path.of("../../shared/data/mooncake/conversation_trace.jsonl");
    private static final Pattern IDS = Pattern.compile("\"hash_ids\": *\\[([^]]*)]");
    private static final int[] CAPACITIES = {
        500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 50_000, 100_000
    };

    private static List<long[]> requests = List.of();

    @BeforeAll
    static void read() throws IOException {
        if (Files.exists(TRACE)) {
            requests = Files.readAllLines(TRACE).stream().map(GoldenHitsTest::ids).toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LRU  | false | 12168 12847 15665 32260 61046 83035 93978 102290 104924",
                "FIFO | true  | 11668 12572 15219 30614 52294 74252 84745  96216 102794",
                "LFU  | false | 13138 13871 17210 26642 38004 60582 79613  99205 104755",
                "SLRU | false | 12173 12847 16030 29654 52520 80004 92106 102353 104906",
                "ARC  | true  | 13038 14127 18078 33543 56389 82273 88492  99189 104755",
            })
    void conversation(KvPolicy policy, boolean flat, String hits) {
        assumeThat(requests).as("no trace at " + TRACE).isNotEmpty();
        assertThat(Arrays.stream(CAPACITIES).mapToLong(each -> replay(policy, flat, each)))
                .containsExactlyElementsOf(
                        Arrays.stream(hits.split(" +")).map(Long::valueOf).toList());
    }

    private static long replay(KvPolicy policy, boolean flat, int capacity) {
        PrefixReplay replay =
                flat ? PrefixReplay.flat(policy, capacity) : PrefixReplay.of(policy, capacity);
        requests.forEach(each -> replay.request(each, 0));
        return replay.hits();
    }

    private static long[] ids(String line) {
        Matcher ids = IDS.matcher(line);
        if (!ids.find()) {
            throw new IllegalArgumentException("no hash_ids: " + line);
        }
        return Arrays.stream(ids.group(1).split(", *")).mapToLong(Long::parseLong).toArray();
    }
}
