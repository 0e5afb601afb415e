package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSignalsTest {

    @TempDir private Path cgroup;

    @Test
    void containerMemory_limited_countsWhatTheKernelCannotTakeBack() throws Exception {
        write("memory.current", "700\n");
        write("memory.max", "1000\n");
        write("memory.stat", "anon 400\ninactive_file 200\nactive_file 100\n");
        PressureSignal signal = HostSignals.containerMemory(cgroup).orElseThrow();
        assertThat(signal.pressure()).isEqualTo(0.5);
        assertThat(signal.capacityBytes()).isEqualTo(1000);
        assertThat(signal.resource()).isEqualTo(Resource.HOST);
        write("memory.current", "1100\n");
        assertThat(signal.pressure()).isEqualTo(0.9);
        write("memory.current", "100\n");
        assertThat(signal.pressure()).isZero();
    }

    @Test
    void containerMemory_noLimit_absent() throws Exception {
        write("memory.current", "700\n");
        write("memory.max", "max\n");
        write("memory.stat", "inactive_file 200\n");
        assertThat(HostSignals.containerMemory(cgroup)).isEmpty();
    }

    @Test
    void containerMemory_noCgroup_absent() {
        assertThat(HostSignals.containerMemory(cgroup.resolve("nowhere"))).isEmpty();
    }

    @Test
    void containerMemory_ownGroup_foundByItsPath() throws Exception {
        Path own = Files.createDirectories(cgroup.resolve("system.slice/host.service"));
        Files.writeString(own.resolve("memory.current"), "70\n");
        Files.writeString(own.resolve("memory.max"), "100\n");
        Files.writeString(own.resolve("memory.stat"), "anon 1\n");
        Path self = cgroup.resolve("self");
        Files.writeString(self, "1:name=x:/y\n0::/system.slice/host.service\n");
        assertThat(CgroupMemory.find(cgroup, self).orElseThrow().pressure()).isEqualTo(0.7);
        assertThat(CgroupMemory.find(cgroup, cgroup.resolve("nowhere"))).isEmpty();
    }

    @Test
    void containerMemory_filesVanish_signalIsSetAsideNotTheBroker() throws Exception {
        write("memory.current", "990\n");
        write("memory.max", "1000\n");
        write("memory.stat", "");
        PressureSignal signal = HostSignals.containerMemory(cgroup).orElseThrow();
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            assertThat(f.broker.relieve().tier()).isEqualTo(PressureTier.CRITICAL);
            Files.delete(cgroup.resolve("memory.current"));
            f.broker.relieve();
            assertThat(f.broker.snapshot().quarantined()).hasSize(1);
        }
    }

    @Test
    void systemMemory_fromMemInfo_isWhatIsNotAvailable() throws Exception {
        write("meminfo", "MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    250 kB\n");
        PressureSignal signal = MemInfo.in(cgroup.resolve("meminfo")).orElseThrow();
        assertThat(signal.pressure()).isEqualTo(0.75);
        assertThat(signal.capacityBytes()).isEqualTo(1000 * 1024);
        write("other", "MemTotal: 1 kB\n");
        assertThat(MemInfo.in(cgroup.resolve("other"))).isEmpty();
        assertThat(MemInfo.in(cgroup.resolve("nowhere"))).isEmpty();
    }

    @Test
    void systemMemory_ofThisMachine_isSane() {
        PressureSignal signal = HostSignals.systemMemory();
        assertThat(signal.pressure()).isBetween(0.0, 1.0);
        assertThat(signal.capacityBytes()).isPositive();
    }

    @Test
    void heapAfterGc_ofThisJvm_isSane() {
        System.gc();
        PressureSignal signal = HostSignals.heapAfterGc().orElseThrow();
        assertThat(signal.resource()).isEqualTo(Resource.HEAP);
        assertThat(signal.pressure()).isBetween(0.0, 1.0);
        assertThat(signal.capacityBytes()).isPositive();
    }

    @Test
    void heapAfterGc_noPool_absent() {
        assertThat(HostSignals.heapAfterGc(List.of())).isEmpty();
    }

    @Test
    void directBuffers_allocated_count() {
        PressureSignal signal = HostSignals.directBuffers().orElseThrow();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        assertThat(signal.pressure() * signal.capacityBytes()).isGreaterThanOrEqualTo(1 << 20);
        assertThat(buffer.capacity()).isEqualTo(1 << 20);
    }

    @Test
    void signals_sameNameTwice_refused() {
        var signal = new FakeSignal("rss", Resource.HOST, 0, 0);
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PressureBroker.builder(BrokerConfig.defaults())
                                .signal(signal)
                                .signal(signal)
                                .build())
                .withMessageContaining("rss");
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(cgroup.resolve(name), text);
    }
}
