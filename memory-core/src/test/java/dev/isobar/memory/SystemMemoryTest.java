package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SystemMemoryTest {

    @TempDir Path root;

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private long free() {
        return new SystemMemory(root.resolve("proc"), root.resolve("cg")).freeBytes().orElse(-1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachine_saysSomething() {
        assertThat(SystemMemory.ofThisMachine().freeBytes().orElseThrow()).isPositive();
    }

    @Test
    void nothingThere_isEmpty() {
        assertThat(free()).isEqualTo(-1);
    }

    @Test
    void noGroups_isWhatTheSystemHas() throws IOException {
        write("proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    1000 kB\n");
        assertThat(free()).isEqualTo(1_024_000);
    }

    @Test
    void versionTwo_theTightestGroupOnTheWayCounts() throws IOException {
        write("proc/meminfo", "MemAvailable: 1000000 kB\n");
        write("proc/self/cgroup", "0::/pod/box\n");
        write("cg/pod/memory.max", "90000\n");
        write("cg/pod/memory.current", "50000\n");
        write("cg/pod/memory.stat", "anon 1\ninactive_file 2000\n");
        write("cg/pod/box/memory.max", "max\n");
        write("cg/pod/box/memory.current", "100\n");
        assertThat(free()).isEqualTo(42_000);
    }

    @Test
    void versionOne_isFoundByItsController_andOverdrawnIsNothing() throws IOException {
        write("proc/meminfo", "MemAvailable: 1000000 kB\n");
        write("proc/self/cgroup", "3:cpu:/x\n2:memory:/box\nbroken\n");
        write("cg/memory/box/memory.limit_in_bytes", "1000\n");
        write("cg/memory/box/memory.usage_in_bytes", "1500\n");
        assertThat(free()).isZero();
    }
}
