package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isobar.broker.ResourceRefusal.DiskCapacity;
import dev.isobar.broker.ResourceRefusal.TierExhausted;
import dev.isobar.broker.ResourceRefusal.TierUnavailable;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ResourceRefusalTest {

    @Test
    void everyRefusal_asJson_keepsItsNames() {
        assertThat(names(new TierExhausted("kv", 100, 20, 30, "")))
                .contains("holder", "requestedBytes", "availableBytes", "evictedBytes", "detail");
        assertThat(names(new DiskCapacity("disk", 1, 2, 3, 9_500)))
                .contains(
                        "holder", "usedBytes", "capacityBytes", "projectedBytes", "maxBasisPoints");
        assertThat(names(new TierUnavailable("disk", "gone"))).contains("holder", "reason");
    }

    @Test
    void message_everyRefusal_hasTheNumbers() {
        assertThat(new TierExhausted("kv", 100, 20, 30, "holder=a").message())
                .isEqualTo("kv: no 100 bytes (available=20, evicted=30, holder=a)");
        assertThat(new TierExhausted("kv", 100, 20, 30, "").message())
                .isEqualTo("kv: no 100 bytes (available=20, evicted=30)");
        assertThat(new DiskCapacity("disk", 1, 2, 3, 9_500).message())
                .contains("3 more bytes", "9500/10000", "used=1", "capacity=2");
        assertThat(new TierUnavailable("disk", "gone").message())
                .isEqualTo("disk: unavailable: gone");
    }

    @Test
    void exception_carriesTheRefusal() {
        ResourceRefusal refusal = new TierUnavailable("disk", "gone");
        var exception = new ResourceRefusedException(refusal);
        assertThat(exception).hasMessage(refusal.message());
        assertThat(exception.refusal()).isEqualTo(refusal);
    }

    @Test
    void everyRefusal_blankHolder_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TierUnavailable(" ", "gone"))
                .withMessageContaining("holder");
        assertThatIllegalArgumentException().isThrownBy(() -> new TierExhausted("", 1, 1, 1, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskCapacity("", 1, 1, 1, 1));
    }

    private static List<String> names(ResourceRefusal refusal) {
        JsonNode node = new JsonMapper().valueToTree(refusal);
        return StreamSupport.stream(
                        java.util.Spliterators.spliteratorUnknownSize(node.fieldNames(), 0), false)
                .toList();
    }
}
