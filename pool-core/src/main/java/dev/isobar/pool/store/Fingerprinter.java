package dev.isobar.pool.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Makes a [Fingerprint] of values: SHA-256 over their bytes, each framed so that no two different
/// lists of values have the same bytes.
///
/// The methods that take a tag write the value's type (one byte), the tag (length as 4 bytes, UTF-8)
/// and the value. The `write` methods write the value alone; what they mean is then for the caller to
/// frame. All numbers are written lowest byte first; texts, byte arrays and arrays of numbers with
/// their length as 8 bytes before them. `-0.0` counts as `0.0`; NaNs keep their bits.
///
/// *One thread only*; of no use after [#finish()].
public final class Fingerprinter {

    private static final int TAG = 0;
    private static final int BYTES = 1;
    private static final int TEXT = 2;
    private static final int NUMBER = 3;
    private static final int REAL = 4;
    private static final int REALS = 5;
    private static final int MATRIX = 6;
    private static final int CHUNK = 512;

    private final MessageDigest digest;
    private final ByteBuffer scratch =
            ByteBuffer.allocate(CHUNK * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private boolean finished;

    /// Starts with nothing.
    public Fingerprinter() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /// A bare tag, for example the name of what follows.
    public Fingerprinter tag(String tag) {
        return frame(TAG, tag);
    }

    /// Bytes under a tag.
    public Fingerprinter bytes(String tag, byte[] value) {
        return frame(BYTES, tag).writeBytes(value);
    }

    /// A text under a tag.
    public Fingerprinter text(String tag, String value) {
        return frame(TEXT, tag).writeText(value);
    }

    /// A number under a tag.
    public Fingerprinter number(String tag, long value) {
        return frame(NUMBER, tag).writeNumber(value);
    }

    /// A double under a tag.
    public Fingerprinter real(String tag, double value) {
        return frame(REAL, tag).writeReal(value);
    }

    /// Doubles under a tag.
    public Fingerprinter reals(String tag, double[] values) {
        return frame(REALS, tag).writeReals(values);
    }

    /// A matrix under a tag: rows, columns, and the values row by row.
    ///
    /// @throws IllegalArgumentException if the rows differ in length; nothing was written then
    public Fingerprinter matrix(String tag, double[][] rows) {
        requireRectangle(rows);
        return frame(MATRIX, tag).writeMatrix(rows);
    }

    /// Bytes, with their length.
    public Fingerprinter writeBytes(byte[] value) {
        writeNumber(value.length);
        digest.update(value);
        return this;
    }

    /// One byte.
    public Fingerprinter writeByte(int value) {
        requireOpen();
        digest.update((byte) value);
        return this;
    }

    /// A truth value, as one byte.
    public Fingerprinter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    /// A number, as 8 bytes.
    public Fingerprinter writeNumber(long value) {
        requireOpen();
        digest.update(scratch.clear().putLong(value).flip());
        return this;
    }

    /// A double, as its 8 bytes.
    public Fingerprinter writeReal(double value) {
        return writeNumber(bits(value));
    }

    /// A text, as its bytes in UTF-8, with their length.
    public Fingerprinter writeText(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /// Doubles, with their number. Writes the same bytes as [#writeNumber(long)] and then
    /// [#writeReal(double)] for each.
    public Fingerprinter writeReals(double[] values) {
        writeNumber(values.length);
        writeEach(values);
        return this;
    }

    /// A matrix: rows, columns, and the values row by row.
    ///
    /// @throws IllegalArgumentException if the rows differ in length; nothing was written then
    public Fingerprinter writeMatrix(double[][] rows) {
        requireRectangle(rows);
        writeNumber(rows.length);
        writeNumber(rows.length == 0 ? 0 : rows[0].length);
        for (double[] row : rows) {
            writeEach(row);
        }
        return this;
    }

    /// The fingerprint of everything so far. This object is of no use afterwards.
    ///
    /// @throws IllegalStateException if it was finished before
    public Fingerprint finish() {
        requireOpen();
        finished = true;
        return Fingerprint.of(digest.digest());
    }

    private Fingerprinter frame(int type, String tag) {
        byte[] name = tag.getBytes(StandardCharsets.UTF_8);
        writeByte(type);
        digest.update(scratch.clear().putInt(name.length).flip());
        digest.update(name);
        return this;
    }

    private void writeEach(double[] values) {
        for (int start = 0; start < values.length; start += CHUNK) {
            scratch.clear();
            for (int i = start; i < Math.min(values.length, start + CHUNK); i++) {
                scratch.putLong(bits(values[i]));
            }
            digest.update(scratch.flip());
        }
    }

    /// Adding 0.0 turns -0.0 into 0.0 and nothing else; a NaN's bits would not survive it.
    private static long bits(double value) {
        return value == 0 ? 0 : Double.doubleToRawLongBits(value);
    }

    private static void requireRectangle(double[][] rows) {
        for (int i = 1; i < rows.length; i++) {
            if (rows[i].length != rows[0].length) {
                throw new IllegalArgumentException(
                        "row %d has %d values, row 0 has %d"
                                .formatted(i, rows[i].length, rows[0].length));
            }
        }
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("this fingerprinter is finished");
        }
    }
}
