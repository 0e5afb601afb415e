package dev.isobar.lora.format;

import dev.isobar.memory.load.FileSource;
import dev.isobar.memory.load.LoadException;
import dev.isobar.memory.load.MappingLease;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A file whose header is read: its bytes by offset.
interface FileBytes {

    /// What messages call it.
    String name();

    /// How long it is.
    long size();

    /// So many bytes from there on; the caller has checked that the file has them.
    byte[] read(long offset, int count);

    /// A registered file. Read through a mapping that fails in order if somebody cuts the file short.
    static FileBytes of(FileSource source) {
        return new Registered(source);
    }

    /// Bytes at hand.
    static FileBytes of(String name, byte[] bytes) {
        return new AtHand(name, bytes);
    }

    /// A registered file.
    record Registered(FileSource source) implements FileBytes {
        @Override
        public String name() {
            return source.path().toString();
        }

        @Override
        public long size() {
            return source.bytes();
        }

        @Override
        public byte[] read(long offset, int count) {
            byte[] bytes = new byte[count];
            if (count == 0) {
                return bytes;
            }
            try (MappingLease lease = source.map(offset, count, "adapter header")) {
                lease.read(0, MemorySegment.ofArray(bytes));
            } catch (LoadException e) {
                throw AdapterFormatException.of(
                        FormatFault.UNREADABLE, name(), String.valueOf(e.getMessage()), e);
            }
            return bytes;
        }
    }

    /// Bytes at hand.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record AtHand(String name, byte[] bytes) implements FileBytes {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public byte[] read(long offset, int count) {
            return Arrays.copyOfRange(bytes, (int) offset, (int) offset + count);
        }
    }
}
