package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Reads entries. One open file is read from beginning to end, so that whatever happens to its name
/// meanwhile, what is read belongs together. Takes no lock.
final class EntryReader {

    private final StoreFiles files;
    private final StorePaths paths;

    EntryReader(StoreFiles files, StorePaths paths) {
        this.files = files;
        this.paths = paths;
    }

    /// What came of reading an entry.
    sealed interface Reading {
        /// Its checksums are good.
        record Whole(EntryInfo info, MemorySegment payload) implements Reading {}

        /// There is no such file.
        record Gone() implements Reading {}

        /// Another version wrote it.
        record Foreign(String reason) implements Reading {}

        /// Its bytes are not what was written.
        record Damaged(String reason) implements Reading {}

        /// The file system failed.
        record Failed(IOException cause) implements Reading {}
    }

    /// Reads an entry whole.
    Reading read(EntryName name) {
        return read(paths.file(name), name, true);
    }

    /// Reads what an entry says of itself; the payload of the answer is empty and was not looked at.
    Reading readHeader(EntryName name) {
        return read(paths.file(name), name, false);
    }

    private Reading read(Path path, EntryName name, boolean payloadToo) {
        try (StoreFiles.OpenFile file = files.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(EntryHeader.BYTES);
            file.read(bytes, 0);
            return switch (EntryHeader.decode(bytes.flip(), name, file.bytes())) {
                case EntryHeader.Reading.Bad(String reason) -> new Reading.Damaged(reason);
                case EntryHeader.Reading.Foreign(String reason) -> new Reading.Foreign(reason);
                case EntryHeader.Reading.Good(EntryHeader header) ->
                        payloadToo
                                ? payload(file, header)
                                : new Reading.Whole(
                                        header.info(), MemorySegment.ofArray(new byte[0]));
            };
        } catch (NoSuchFileException _) {
            return new Reading.Gone();
        } catch (IOException e) {
            return new Reading.Failed(e);
        }
    }

    /// The header's length agrees with the file's, so no more is allocated than lies on the disk.
    private static Reading payload(StoreFiles.OpenFile file, EntryHeader header)
            throws IOException {
        long length = header.info().payloadBytes();
        if (length > WarmStore.MAX_PAYLOAD_BYTES) {
            return new Reading.Foreign("a payload of " + length + " bytes");
        }
        byte[] payload = new byte[(int) length];
        int count = file.read(ByteBuffer.wrap(payload), EntryHeader.BYTES);
        CRC32C crc = new CRC32C();
        crc.update(payload, 0, count);
        return count == length && (int) crc.getValue() == header.payloadCrc()
                ? new Reading.Whole(header.info(), MemorySegment.ofArray(payload).asReadOnly())
                : new Reading.Damaged("the payload's checksum is wrong");
    }
}
