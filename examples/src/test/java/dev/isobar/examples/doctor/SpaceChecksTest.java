package dev.isobar.examples.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.examples.view.SpaceTable;
import dev.isobar.examples.view.Style;
import dev.isobar.memory.SpaceKind;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SpaceChecksTest {

    private static final List<SpaceCheck> CHECKS =
            List.of(
                    new SpaceCheck.Works(
                            "cuda-0",
                            SpaceKind.CUDA,
                            "A \"GPU\"",
                            1L << 34,
                            OptionalLong.of(1L << 33),
                            new SpaceCheck.Speed(12.34e9, 9e9, 1 << 20)),
                    new SpaceCheck.Works(
                            "opencl-0",
                            SpaceKind.OPENCL,
                            "A CPU",
                            1L << 30,
                            OptionalLong.empty(),
                            new SpaceCheck.Speed(1e9, 2e9, 1 << 20)),
                    new SpaceCheck.Missing("opencl", SpaceKind.OPENCL, "it is\nnot there"));

    @Test
    void table_hasARowForWhatWorks_andASentenceForWhatIsMissing() {
        assertThat(new SpaceTable(Style.PLAIN).lines(CHECKS))
                .containsExactly(
                        "SPACE     CAPACITY      FREE    COPY IN  COPY OUT  DEVICE",
                        "cuda-0    16.0 GiB   8.0 GiB  12.3 GB/s  9.0 GB/s  A \"GPU\"",
                        "opencl-0   1.0 GiB  not said   1.0 GB/s  2.0 GB/s  A CPU",
                        "",
                        "no opencl: it is\nnot there");
    }

    @Test
    void json_hasTheSameInBytes() throws Exception {
        JsonNode spaces = new JsonMapper().readTree(SpaceJson.of(CHECKS)).get("spaces");
        JsonNode gpu = spaces.get(0);
        assertThat(gpu.get("device").asText()).isEqualTo("A \"GPU\"");
        assertThat(gpu.get("capacityBytes").asLong()).isEqualTo(17_179_869_184L);
        assertThat(gpu.get("copyInBytesPerSecond").asLong()).isEqualTo(12_340_000_000L);
        JsonNode missing = spaces.get(CHECKS.size() - 1);
        assertThat(missing.get("available").asBoolean()).isFalse();
        assertThat(missing.get("reason").asText()).isEqualTo("it is\nnot there");
    }

    @Test
    void examine_findsTheHost_andSpeaksOfEveryKindOfDevice() {
        List<SpaceCheck> checks = new Doctor(Duration.ofMillis(20), 1 << 20).examine();
        assertThat(checks.getFirst()).isInstanceOf(SpaceCheck.Works.class);
        assertThat(checks)
                .extracting(SpaceCheck::kind)
                .contains(SpaceKind.HOST, SpaceKind.MAPPED_FILE, SpaceKind.OPENCL, SpaceKind.CUDA);
        assertThat(checks.get(1)).isInstanceOf(SpaceCheck.Works.class);
        SpaceCheck.Works host = (SpaceCheck.Works) checks.getFirst();
        assertThat(host.speed().in()).isPositive();
        assertThat(host.speed().out()).isPositive();
    }
}
