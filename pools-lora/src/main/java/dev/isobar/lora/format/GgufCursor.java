package dev.isobar.lora.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads a GGUF header from front to back, a window at a time, never past the file's end or the
/// header limit.
///
/// *One thread only.*
final class GgufCursor {

    private static final int WINDOW_BYTES = 1 << 16;

    private final FileBytes file;
    private final long limit;
    private final boolean limited;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowEnd;

    GgufCursor(FileBytes file, FormatLimits limits) {
        this.file = file;
        this.limited = file.size() > limits.headerBytes();
        this.limit = Math.min(file.size(), limits.headerBytes());
    }

    /// Where the next byte is, counted from the beginning of the file.
    long position() {
        return windowEnd - window.remaining();
    }

    /// How much there may still be.
    long remaining() {
        return limit - position();
    }

    int u8() {
        return take(1).get() & 0xff;
    }

    int u16() {
        return Short.toUnsignedInt(take(Short.BYTES).getShort());
    }

    int i32() {
        return take(Integer.BYTES).getInt();
    }

    long u32() {
        return Integer.toUnsignedLong(i32());
    }

    long i64() {
        return take(Long.BYTES).getLong();
    }

    float f32() {
        return take(Float.BYTES).getFloat();
    }

    double f64() {
        return take(Double.BYTES).getDouble();
    }

    /// A number of things of at least `leastBytes` each: refused if the rest of the header cannot
    /// hold them.
    int count(String what, int leastBytes, int most) {
        long count = i64();
        if (count < 0 || count > most) {
            throw fault(
                    FormatFault.TOO_MUCH,
                    "%s %s, at most %d".formatted(Long.toUnsignedString(count), what, most));
        }
        if (count > remaining() / leastBytes) {
            throw ended("%d %s".formatted(count, what));
        }
        return (int) count;
    }

    String string() {
        long length = i64();
        if (length < 0 || length > remaining()) {
            throw ended("text of %s bytes".formatted(Long.toUnsignedString(length)));
        }
        byte[] bytes = new byte[(int) length];
        for (int done = 0; done < bytes.length; ) {
            int step = Math.min(WINDOW_BYTES, bytes.length - done);
            take(step).get(bytes, done, step);
            done += step;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw AdapterFormatException.of(
                    FormatFault.BAD_NAME, file.name(), "text that is not UTF-8", e);
        }
    }

    AdapterFormatException fault(FormatFault fault, String reason) {
        return AdapterFormatException.of(
                fault, file.name(), "%s (at byte %d)".formatted(reason, position()));
    }

    private ByteBuffer take(int count) {
        if (window.remaining() < count) {
            if (count > remaining()) {
                throw ended("%d bytes".formatted(count));
            }
            long from = position();
            int size = (int) Math.min(Math.max(count, WINDOW_BYTES), limit - from);
            window = ByteBuffer.wrap(file.read(from, size)).order(ByteOrder.LITTLE_ENDIAN);
            windowEnd = from + size;
        }
        return window;
    }

    private AdapterFormatException ended(String wanted) {
        return fault(
                limited ? FormatFault.TOO_MUCH : FormatFault.TRUNCATED,
                "%s wanted, the %s has %d left"
                        .formatted(wanted, limited ? "allowed header" : "file", remaining()));
    }
}
