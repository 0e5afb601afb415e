package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Registering files, and leases of their mappings.
class FileSourcesTest {

    private static final int PAGE = 4096;

    @TempDir Path folder;

    private final FaultyFiles system = new FaultyFiles();
    private final FileSources sources =
            new FileSources(new FileSourcesConfig(1L << 40, 256, 1 << 16), system);

    @AfterEach
    void nothingIsLeftOpen() {
        system.heal();
        sources.close();
        assertThat(system.openFiles).hasValue(0);
        assertThat(system.mappings).hasValue(0);
    }

    @Test
    void register_sameFileTwice_isTheSameSource() throws IOException {
        Path file = TestFiles.write(folder, "a", TestFiles.bytes(10, 1));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        FileSource source = sources.register(file);

        assertThat(sources.register(file)).isSameAs(source);
        assertThat(sources.register(link)).isSameAs(source);
        assertThat(system.openFiles).hasValue(1);
        assertThat(source.bytes()).isEqualTo(10);
        assertThat(source.whole()).isEqualTo(source.extent(0, 10));
    }

    @Test
    void register_afterAChange_isAnotherSource() throws IOException {
        Path file = TestFiles.write(folder, "a", TestFiles.bytes(10, 1));
        FileSource before = sources.register(file);
        Files.write(file, TestFiles.bytes(20, 2));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        FileSource after = sources.register(file);

        assertThat(after).isNotSameAs(before);
        assertThat(after.bytes()).isEqualTo(20);
        failure(LoadError.SOURCE_CHANGED, before::recheck);
        after.recheck();
    }

    @Test
    void register_badPaths_areRefused() {
        failure(LoadError.BAD_PATH, () -> sources.register(""));
        failure(LoadError.BAD_PATH, () -> sources.register("a\0b"));
        failure(LoadError.BAD_PATH, () -> sources.register("x".repeat(4096)));
        assertThat(system.calls(Call.STAMP)).isZero();
    }

    @Test
    void register_whatIsNoFile_isRefused() throws Exception {
        failure(LoadError.NOT_FOUND, () -> sources.register(folder.resolve("none")));
        failure(LoadError.NOT_A_FILE, () -> sources.register(folder));
        failure(LoadError.NOT_A_FILE, () -> sources.register("/"));
        failure(LoadError.NOT_A_FILE, () -> sources.register("/dev/null"));
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        failure(LoadError.NOT_A_FILE, () -> sources.register(pipe));
        assertThat(system.calls(Call.OPEN)).isZero();
    }

    @Test
    void register_missingFile_saysPathAndErrno() {
        LoadException failure =
                failure(LoadError.NOT_FOUND, () -> sources.register(folder.resolve("none")));
        assertThat(failure.path()).endsWith("none");
        assertThat(failure.errno()).hasValue(2);
        assertThat(ReferenceNames.MMAP.of(failure.code())).isEqualTo("file_open_failed");
    }

    @Test
    void register_withoutPermission_isRefused() throws IOException {
        Path secret = TestFiles.write(folder, "secret", TestFiles.bytes(10, 1));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        // Root may read everything but what is made for writing alone.
        Path file = Files.isReadable(secret) ? Path.of("/proc/sys/vm/compact_memory") : secret;
        assumeTrue(Files.exists(file));

        LoadException failure = failure(LoadError.ACCESS_DENIED, () -> sources.register(file));

        assertThat(failure.errno()).hasValue(13);
        assertThat(ReferenceNames.MMAP.of(failure.code())).isEqualTo("file_open_failed");
    }

    @Test
    void register_changedWhileItIsOpened_isRefusedAndClosed() {
        Path file = TestFiles.write(folder, "a", TestFiles.bytes(10, 1));
        for (Fault fault : List.of(Fault.IO, Fault.INTERRUPTED)) {
            system.failOnce(Call.OPEN, 1, fault);
            LoadException failure = failure(LoadError.OPEN_FAILED, () -> sources.register(file));
            assertThat(failure.errno()).isPresent();
            system.failOnce(Call.SIZE, 1, fault);
            failure(LoadError.SIZE_FAILED, () -> sources.register(file));
            system.failOnce(Call.STAMP, 2, fault);
            failure(LoadError.SIZE_FAILED, () -> sources.register(file));
            assertThat(system.openFiles).hasValue(0);
        }
        system.heal();
        assertThat(sources.register(file).bytes()).isEqualTo(10);
    }

    @Test
    void register_withDigest_checksTheBytes() {
        byte[] bytes = TestFiles.bytes(3_000_000, 1);
        Path file = TestFiles.write(folder, "a", bytes);
        byte[] digest = FileSource.newSha256().digest(bytes);

        assertThat(sources.register(file, digest).sha256()).isEqualTo(digest);
        digest[0]++;
        failure(LoadError.DIGEST_MISMATCH, () -> sources.register(file, digest));
    }

    @Test
    void unregister_closesTheFile_andRefusesWhileALeaseIsOpen() {
        FileSource source = source("a", PAGE);
        MappingLease lease = source.map(0, PAGE, "test");

        assertThatThrownBy(() -> sources.unregister(source))
                .isInstanceOf(IllegalStateException.class);
        lease.close();
        sources.unregister(source);
        sources.unregister(source);

        assertThat(system.openFiles).hasValue(0);
        failure(LoadError.SOURCE_CLOSED, () -> source.map(0, PAGE, "test"));
        failure(LoadError.SOURCE_CLOSED, source::recheck);
    }

    @Test
    void unregister_closeFails_isClosedNevertheless() {
        FileSource source = source("a", PAGE);
        system.failOnce(Call.CLOSE, 1, Fault.IO);

        assertThat(failure(LoadError.CLOSE_FAILED, () -> sources.unregister(source)).errno())
                .hasValue(5);

        assertThat(system.openFiles).hasValue(0);
        assertThat(sources.register(folder.resolve("a"))).isNotSameAs(source);
    }

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
    void close_releasesWhatNobodyReleased_andSaysSo() throws IOException {
        FileSource source = source("a", PAGE);
        MappingLease forgotten = source.map(0, 10, "forgetful");
        source.map(0, 10, "tidy").close();

        sources.close();
        sources.close();

        assertThat(sources.leaks())
                .containsExactly(
                        new MappingLeak(source.path(), forgotten.token(), 10, LeaseState.LIVE));
        assertThat(system.mappings).hasValue(0);
        Files.delete(source.path());
        assertThatThrownBy(() -> sources.register(folder))
                .isInstanceOfAny(IllegalStateException.class, LoadException.class);
    }

    @Test
    void close_unmapFails_isSaid_andCanBeRetried() {
        MappingLease lease = source("a", PAGE).map(0, 10, "owner");
        system.failOnce(Call.UNMAP, 1, Fault.IO);

        failure(LoadError.UNMAP_FAILED, sources::close);
        assertThat(lease.state()).isEqualTo(LeaseState.RELEASE_FAILED);
        sources.close();

        assertThat(lease.state()).isEqualTo(LeaseState.RELEASED);
    }

    @Test
    void recheck_truncatedReplacedOrGone_eachIsSaid() throws IOException {
        FileSource truncated = source("truncated", 2 * PAGE);
        try (RandomAccessFile file = new RandomAccessFile(truncated.path().toFile(), "rw")) {
            file.setLength(PAGE);
        }
        failure(LoadError.SOURCE_TRUNCATED, truncated::recheck);

        FileSource replaced = source("replaced", PAGE);
        Path other = TestFiles.write(folder, "other", TestFiles.bytes(PAGE, 9));
        Files.move(other, replaced.path(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        failure(LoadError.SOURCE_CHANGED, replaced::recheck);

        FileSource gone = source("gone", PAGE);
        Files.delete(gone.path());
        failure(LoadError.SOURCE_CHANGED, gone::recheck);
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
    void interruptedThread_doesNotCloseTheFileForOthers() {
        FileSource source = source("a", PAGE);
        Thread.currentThread().interrupt();
        try {
            source.recheck();
            source.map(0, PAGE, "test").close();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(source.sha256()).hasSize(32);
    }

    @Test
    void sparseFile_ofATebibyteAndOne_isMappedInPartsOnly() throws IOException {
        Path file = folder.resolve("sparse");
        long bytes = (1L << 40) + 1;
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        FileSource source = sources.register(file);
        failure(LoadError.TOO_LARGE, () -> source.map(0, bytes, "test"));
        try (MappingLease end = source.map(bytes - 5, 5, "test")) {
            assertThat(TestFiles.contents(end.view())).isEqualTo(new byte[5]);
        }
    }

    private FileSource source(String name, int bytes) {
        return sources.register(TestFiles.write(folder, name, TestFiles.bytes(bytes, 1)));
    }

    private static List<MappingLease> fillAllSlots(FileSource source) {
        List<MappingLease> leases = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            leases.add(source.map(i, 10, "owner " + i));
        }
        return leases;
    }

    private static LeaseToken as(LeaseToken token, String owner) {
        return new LeaseToken(token.source(), token.slot(), token.generation(), owner);
    }
}
