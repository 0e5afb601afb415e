package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of loading share.
abstract class SourcesFixture {

    static final int PAGE = 4096;

    @TempDir Path folder;

    final FaultyFiles system = new FaultyFiles();
    final FileSources sources =
            new FileSources(new FileSourcesConfig(1L << 40, 256, 1 << 16), system);

    @AfterEach
    void nothingIsLeftOpen() {
        system.heal();
        sources.close();
        assertThat(system.openFiles).hasValue(0);
        assertThat(system.mappings).hasValue(0);
    }

    FileSource source(String name, int bytes) {
        return sources.register(TestFiles.write(folder, name, TestFiles.bytes(bytes, 1)));
    }

    static List<MappingLease> fillAllSlots(FileSource source) {
        List<MappingLease> leases = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            leases.add(source.map(i, 10, "owner " + i));
        }
        return leases;
    }

    static LeaseToken as(LeaseToken token, String owner) {
        return new LeaseToken(token.source(), token.slot(), token.generation(), owner);
    }
}
