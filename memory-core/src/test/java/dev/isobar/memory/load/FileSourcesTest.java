package dev.isobar.memory.load;

import static dev.isobar.memory.load.LoadAssertions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Registering files, and leases of their mappings.
class FileSourcesTest extends SourcesFixture {

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
}
