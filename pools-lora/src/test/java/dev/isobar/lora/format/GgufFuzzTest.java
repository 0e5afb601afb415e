package dev.isobar.lora.format;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Jazzer's inputs for the gguf reader: the seeds in every build, new ones for ten minutes with
/// `-Pfuzz`.
class GgufFuzzTest {

    private final GgufReader reader = new GgufReader(FormatLimits.defaults());

    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] bytes) {
        Fuzzed.requireSafe(reader::read, bytes);
    }
}
