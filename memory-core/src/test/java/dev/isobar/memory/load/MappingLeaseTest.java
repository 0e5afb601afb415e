package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Leases of mappings: ranges, slots, owners, releases that fail.
class MappingLeaseTest extends SourcesFixture {

    @Test
    void map_returnsTheBytesOfTheRange_alsoUnaligned() {
        byte[] bytes = TestFiles.bytes(3 * PAGE, 7);
        FileSource source = sources.register(TestFiles.write(folder, "a", bytes));
        for (long offset : new long[] {0, 1, 17, PAGE - 1, PAGE, PAGE + 1}) {
            try (MappingLease lease = source.map(offset, PAGE, "test")) {
                assertThat(TestFiles.contents(lease.view()))
                        .isEqualTo(TestFiles.slice(bytes, offset, PAGE));
                assertThat(lease.view().isReadOnly()).isTrue();
                assertThat(lease.state()).isEqualTo(LeaseState.LIVE);
            }
        }
        assertThat(system.calls(Call.MAP)).isEqualTo(6);
    }

    @Test
    void map_manyLeases_shareOneMapping() {
        FileSource source = source("a", 2 * PAGE);
        MappingLease first = source.map(0, PAGE, "one");
        MappingLease second = source.map(100, PAGE, "two");

        assertThat(system.mappings).hasValue(1);
        first.close();
        assertThat(second.view().get(ValueLayout.JAVA_BYTE, 0))
                .isEqualTo(TestFiles.bytes(101, 1)[100]);
        assertThat(system.mappings).hasValue(1);
        second.close();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void map_badRanges_takeNoSlotAndTouchNothing() {
        FileSource source = source("a", PAGE);
        failure(LoadError.EMPTY_RANGE, () -> source.map(0, 0, "test"));
        failure(LoadError.EMPTY_RANGE, () -> source.map(0, -1, "test"));
        failure(LoadError.TOO_LARGE, () -> source.map(0, (1L << 40) + 1, "test"));
        failure(LoadError.RANGE_OVERFLOW, () -> source.map(-4, 8, "test"));
        failure(LoadError.RANGE_OVERFLOW, () -> source.map(Long.MAX_VALUE - 10, 100, "test"));
        failure(LoadError.BEYOND_EOF, () -> source.map(PAGE, 1, "test"));
        LoadException beyond = failure(LoadError.BEYOND_EOF, () -> source.map(0, 2 * PAGE, "test"));
        assertThat(beyond.bytes()).isEqualTo(2 * PAGE);
        assertThatThrownBy(() -> source.map(0, 1, " "))
                .isInstanceOf(IllegalArgumentException.class);

        List<MappingLease> leases = fillAllSlots(source);

        assertThat(leases).hasSize(256);
        leases.forEach(MappingLease::close);
        assertThat(system.calls(Call.MAP)).isEqualTo(1);
    }

    @Test
    void map_allSlotsTaken_isRefused_andWorksAfterARelease() {
        FileSource source = source("a", PAGE);
        List<MappingLease> leases = fillAllSlots(source);

        failure(LoadError.NO_SLOT, () -> source.map(0, 1, "test"));
        leases.getFirst().close();
        MappingLease again = source.map(0, 1, "test");

        assertThat(again.token().slot()).isEqualTo(leases.getFirst().token().slot());
        assertThat(again.token().generation())
                .isGreaterThan(leases.getFirst().token().generation());
        again.close();
        leases.forEach(MappingLease::close);
    }

    @Test
    void map_failures_giveTheSlotBack() {
        FileSource source = source("a", PAGE);
        for (int i = 0; i < 300; i++) {
            system.failOnce(Call.MAP, 1, Fault.IO);
            failure(LoadError.MAP_FAILED, () -> source.map(0, 1, "test"));
            system.failOnce(Call.SIZE, 1, Fault.IO);
            failure(LoadError.SIZE_FAILED, () -> source.map(0, 1, "test"));
        }
        system.heal();
        source.map(0, 1, "test").close();
        assertThat(sources.leases()).isEmpty();
    }

    @Test
    void release_isForItsOwnerAlone() {
        FileSource source = source("a", PAGE);
        MappingLease lease = source.map(0, PAGE, "owner");
        LeaseToken token = lease.token();

        failure(LoadError.NOT_OWNER, () -> sources.release(as(token, "thief")));
        assertThat(lease.state()).isEqualTo(LeaseState.LIVE);
        sources.release(token);
        assertThat(lease.state()).isEqualTo(LeaseState.RELEASED);
    }

    @Test
    void release_twice_isAnErrorOfItsOwn() {
        MappingLease lease = source("a", PAGE).map(0, PAGE, "owner");
        sources.release(lease.token());

        failure(LoadError.ALREADY_RELEASED, () -> sources.release(lease.token()));
        lease.close();
        assertThatThrownBy(lease::view).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void release_staleToken_doesNotTouchTheNewLease() {
        FileSource source = source("a", PAGE);
        MappingLease old = source.map(0, PAGE, "owner");
        sources.release(old.token());
        MappingLease fresh = source.map(0, PAGE, "owner");
        assertThat(fresh.token().slot()).isEqualTo(old.token().slot());

        failure(LoadError.STALE_LEASE, () -> sources.release(old.token()));
        old.close();

        assertThat(fresh.state()).isEqualTo(LeaseState.LIVE);
        fresh.close();
    }

    @Test
    void release_unknownSlot_isRefused() {
        failure(LoadError.STALE_LEASE, () -> sources.release(new LeaseToken(0, 9, 1, "test")));
        failure(LoadError.STALE_LEASE, () -> sources.release(new LeaseToken(0, -1, 1, "test")));
    }

    @Test
    void release_fails_staysOwned_isListed_andCanBeRetried() {
        FileSource source = source("a", PAGE);
        MappingLease lease = source.map(0, PAGE, "owner");
        system.failAlways(Call.UNMAP, Fault.IO);

        failure(LoadError.UNMAP_FAILED, lease::close);

        assertThat(lease.state()).isEqualTo(LeaseState.RELEASE_FAILED);
        assertThat(lease.view().byteSize()).isEqualTo(PAGE);
        assertThat(sources.leaks())
                .containsExactly(
                        new MappingLeak(
                                source.path(), lease.token(), PAGE, LeaseState.RELEASE_FAILED));
        assertThat(sources.retryFailedReleases()).isZero();
        system.heal();
        assertThat(sources.retryFailedReleases()).isEqualTo(1);
        assertThat(lease.state()).isEqualTo(LeaseState.RELEASED);
        assertThat(sources.leaks()).isEmpty();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void release_failed_slotIsNotGivenAway_andNewLeasesUseTheSameMapping() {
        FileSource source = source("a", PAGE);
        MappingLease stuck = source.map(0, PAGE, "owner");
        system.failOnce(Call.UNMAP, 1, Fault.IO);
        failure(LoadError.UNMAP_FAILED, stuck::close);

        MappingLease other = source.map(0, 1, "other");

        assertThat(other.token().slot()).isNotEqualTo(stuck.token().slot());
        assertThat(system.mappings).hasValue(1);
        stuck.close();
        assertThat(other.view().byteSize()).isEqualTo(1);
        other.close();
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void read_fileTruncatedUnderTheMapping_isAnErrorAndNoCrash() throws IOException {
        FileSource source = source("a", 64 * PAGE);
        try (MappingLease lease = source.map(0, 64 * PAGE, "test");
                java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
            try (RandomAccessFile file = new RandomAccessFile(source.path().toFile(), "rw")) {
                file.setLength(PAGE);
            }
            var target = arena.allocate(64 * PAGE);

            LoadException failure =
                    failure(LoadError.SOURCE_TRUNCATED, () -> lease.read(0, target));

            assertThat(failure.bytes()).isEqualTo(64 * PAGE);
            failure(LoadError.SOURCE_TRUNCATED, () -> source.map(0, 1, "later"));
        }
    }

    @Test
    void read_fileReplacedUnderTheMapping_keepsTheOldBytes_andNewRequestsAreRefused()
            throws IOException {
        FileSource source = source("a", PAGE);
        try (MappingLease lease = source.map(0, PAGE, "test")) {
            byte[] before = TestFiles.contents(lease.view());
            Path other = TestFiles.write(folder, "other", TestFiles.bytes(PAGE, 99));
            Files.move(other, source.path(), StandardCopyOption.REPLACE_EXISTING);

            assertThat(TestFiles.contents(lease.view())).isEqualTo(before);
            failure(LoadError.SOURCE_CHANGED, () -> source.map(0, 1, "later"));
        }
    }
}
