package dev.isobar.examples.replay;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads a trace piece by piece, packed with gzip or not, and knows where it is when something is
/// wrong. It trusts nothing: lines have a greatest length, numbers a range.
///
/// *One thread only.*
final class TraceInput implements AutoCloseable {

    /// The longest line that is read, in bytes.
    static final int MAX_LINE_BYTES = 1024;

    /// The largest size or cost of one request.
    static final long MAX_WEIGHT = 1L << 40;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final String file;
    private final InputStream in;
    private final byte[] buffer = new byte[MAX_LINE_BYTES];
    private String line = "";
    private int integer;
    private long place;
    private String unit = "line";

    TraceInput(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /// Opens a file.
    ///
    /// @throws TraceException if it is not there or cannot be read
    static TraceInput open(Path path) throws IOException {
        return new TraceInput(path.toString(), stream(path));
    }

    /// What is in a file, unpacked.
    ///
    /// @throws TraceException if it is not there or cannot be read
    static InputStream stream(Path path) throws IOException {
        String file = path.toString();
        try {
            var raw = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES);
            try {
                return unpacked(raw);
            } catch (Throwable t) {
                raw.close();
                throw t;
            }
        } catch (NoSuchFileException e) {
            throw new TraceException(file, "no such file", e);
        } catch (IOException e) {
            throw new TraceException(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static InputStream unpacked(BufferedInputStream raw) throws IOException {
        raw.mark(2);
        int magic = (raw.read() << 8) | raw.read();
        raw.reset();
        return magic == GZIP_MAGIC
                ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES)
                : raw;
    }

    /// Goes on to the next line.
    ///
    /// @return whether there is one
    boolean nextLine() throws IOException {
        place++;
        int length = 0;
        int b = read();
        if (b < 0) {
            return false;
        }
        while (b >= 0 && b != '\n') {
            if (length == MAX_LINE_BYTES) {
                throw error("longer than " + MAX_LINE_BYTES + " bytes");
            }
            buffer[length++] = (byte) b;
            b = read();
        }
        line = new String(buffer, 0, length, StandardCharsets.ISO_8859_1).strip();
        return true;
    }

    /// The line, without white space around it.
    String line() {
        return line;
    }

    /// Goes on to the next four bytes.
    ///
    /// @return whether there are any
    boolean nextInt() throws IOException {
        unit = "key";
        place++;
        int first = read();
        if (first < 0) {
            return false;
        }
        int value = first;
        for (int i = 0; i < 3; i++) {
            int b = read();
            if (b < 0) {
                throw error("the file ends within a key of four bytes");
            }
            value = (value << 8) | b;
        }
        integer = value;
        return true;
    }

    /// The key of four bytes, as an unsigned number.
    long integer() {
        return Integer.toUnsignedLong(integer);
    }

    /// The fields of the line, parted by white space.
    String[] fields(int count, String names) throws TraceException {
        String[] fields = line.split("\\s+");
        if (line.isEmpty() || fields.length != count) {
            int found = line.isEmpty() ? 0 : fields.length;
            throw error("%d fields, not %d: \"%s\"".formatted(found, count, names));
        }
        return fields;
    }

    /// A number of 64 bits.
    long number(String text, String name) throws TraceException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw error("the " + name + " is not a number: " + quoted(text));
        }
    }

    /// A size or a cost.
    long atLeastZero(String text, String name) throws TraceException {
        long number = number(text, name);
        if (number < 0 || number > MAX_WEIGHT) {
            throw error("%s is not from 0 to %d: %d".formatted(name, MAX_WEIGHT, number));
        }
        return number;
    }

    /// A number in hexadecimal digits after `0x`.
    long address(String text) throws TraceException {
        if (!text.startsWith("0x")) {
            throw error("the address does not begin with 0x: " + quoted(text));
        }
        try {
            return Long.parseUnsignedLong(text, 2, text.length(), 16);
        } catch (NumberFormatException e) {
            throw error("the address is not a hexadecimal number: " + quoted(text));
        }
    }

    /// What is wrong here.
    TraceException error(String reason) {
        return new TraceException(file, unit + " " + place, reason);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (EOFException e) {
            throw error("the packed file ends too early");
        } catch (ZipException e) {
            throw error("the packed file is damaged: " + e.getMessage());
        }
    }

    private static String quoted(String text) {
        var shown = new StringBuilder("\"");
        text.chars().limit(40).forEach(c -> shown.append(c >= ' ' && c < 127 ? (char) c : '?'));
        return shown.append(text.length() > 40 ? "...\"" : "\"").toString();
    }
}
