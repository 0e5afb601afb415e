package dev.isobar.examples.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.memory.load.LoadReport;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a [FileLoad.Outcome] as a JSON object. Numbers are bytes, nanoseconds, or bytes per
/// second.
public final class LoadJson {

    private static final ObjectWriter WRITER =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    private LoadJson() {}

    /// The text, on several lines.
    public static String of(FileLoad.Outcome outcome) {
        try {
            return WRITER.writeValueAsString(fields(outcome));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and strings are always JSON", e);
        }
    }

    private static Map<String, Object> fields(FileLoad.Outcome outcome) {
        LoadReport report = outcome.report();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("fileBytes", outcome.fileBytes());
        fields.put("requested", report.requested().label());
        fields.put("used", report.used() == null ? "none" : report.used().label());
        fields.put("attempts", report.attempts().stream().map(LoadJson::fields).toList());
        fields.put("bytes", report.bytes());
        fields.put("readBytes", report.readBytes());
        fields.put("ioCalls", report.ioCalls());
        fields.put("peakStagingBytes", report.peakStagingBytes());
        fields.put("nanos", report.nanos());
        fields.put("bytesPerSecond", Math.round(report.bytesPerSecond()));
        fields.put("verified", outcome.verified());
        return fields;
    }

    private static Map<String, Object> fields(LoadReport.Attempt attempt) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("strategy", attempt.strategy().label());
        fields.put("reason", attempt.reason());
        return fields;
    }
}
