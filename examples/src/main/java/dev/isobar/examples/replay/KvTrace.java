package dev.isobar.examples.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Requests of prefixes in their order, in the format of the Mooncake traces: one JSON object a line, with
/// `timestamp` in milliseconds and `hash_ids`, one id for each block, each id standing for the whole prefix
/// up to it.
///
/// *Immutable*, as long as nobody writes to the arrays.
///
/// @param name what the trace is called in tables
/// @param requests in the order of the file; at least one
public record KvTrace(String name, List<Request> requests) {

    /// How the name of such a file ends.
    static final String SUFFIX = ".jsonl";

    /// The most blocks that all requests may have together: they are kept in memory, eight bytes each.
    static final long MAX_BLOCKS = 1L << 28;

    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

    private static final ObjectReader READER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readerFor(Line.class);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(
            @JsonProperty(value = "timestamp", required = true) long timestamp,
            @JsonProperty(value = "hash_ids", required = true) long[] hashIds) {}

    /// A request.
    ///
    /// @param millis when it came; at least 0
    /// @param ids its blocks; at least one
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Request(long millis, long[] ids) {
        /// When it came, in nanoseconds.
        public long nanos() {
            return millis * 1_000_000;
        }
    }

    public KvTrace {
        requests = List.copyOf(requests);
    }

    /// Whether a file is meant to be in this format, by its name.
    public static boolean isNamedLikeOne(Path file) {
        String name = file.toString();
        return name.endsWith(SUFFIX) || name.endsWith(SUFFIX + ".gz");
    }

    /// Reads a trace, packed with gzip or not.
    ///
    /// @throws TraceException if it cannot be read, has a fault or has no requests
    public static KvTrace read(Path file) throws IOException {
        var requests = new ArrayList<Request>();
        try (InputStream in = TraceInput.stream(file);
                MappingIterator<Line> lines = READER.readValues(in)) {
            long blocks = 0;
            while (lines.hasNextValue()) {
                Request request = request(lines.nextValue(), file, requests.size() + 1);
                requests.add(request);
                blocks += request.ids().length;
                if (blocks > MAX_BLOCKS) {
                    throw error(file, requests.size(), "more than " + MAX_BLOCKS + " blocks");
                }
            }
        } catch (JsonProcessingException e) {
            throw error(file, requests.size() + 1, firstLine(e.getOriginalMessage()));
        } catch (TraceException e) {
            throw e;
        } catch (IOException e) {
            throw error(file, requests.size() + 1, "cannot be read: " + e.getMessage());
        }
        if (requests.isEmpty()) {
            throw error(file, 1, "there are no requests");
        }
        return new KvTrace(String.valueOf(file.getFileName()), requests);
    }

    /// The blocks of all requests.
    public long blockCount() {
        return requests.stream().mapToLong(each -> each.ids().length).sum();
    }

    /// How many different blocks there are.
    public long distinctCount() {
        return requests.stream()
                .flatMapToLong(each -> Arrays.stream(each.ids()))
                .distinct()
                .count();
    }

    private static Request request(Line line, Path file, int number) throws TraceException {
        if (line.hashIds() == null || line.hashIds().length == 0) {
            throw error(file, number, "hash_ids is empty");
        }
        if (line.timestamp() < 0 || line.timestamp() > MAX_MILLIS) {
            throw error(
                    file,
                    number,
                    "timestamp is not from 0 to " + MAX_MILLIS + ": " + line.timestamp());
        }
        return new Request(line.timestamp(), line.hashIds());
    }

    private static String firstLine(String text) {
        return Objects.requireNonNullElse(text, "no JSON").lines().findFirst().orElse("no JSON");
    }

    private static TraceException error(Path file, int request, String reason) {
        return new TraceException(file.toString(), "request " + request, reason);
    }
}
