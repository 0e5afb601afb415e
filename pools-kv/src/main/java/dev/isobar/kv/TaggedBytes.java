package dev.isobar.kv;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Fields for a digest: each with a tag and its length, so that no two lists of fields have the same
/// bytes.
///
/// *One thread only.*
final class TaggedBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TaggedBytes add(int tag, byte[] field) {
        bytes.writeBytes(
                ByteBuffer.allocate(1 + Integer.BYTES)
                        .put((byte) tag)
                        .putInt(field.length)
                        .array());
        bytes.writeBytes(field);
        return this;
    }

    TaggedBytes add(int tag, String field) {
        return add(tag, field.getBytes(StandardCharsets.UTF_8));
    }

    TaggedBytes add(int tag, long field) {
        return add(tag, ByteBuffer.allocate(Long.BYTES).putLong(field).array());
    }

    boolean isEmpty() {
        return bytes.size() == 0;
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
