package dev.isobar.lora.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A file put together byte by byte, from the published formats alone.
final class HandMade {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// A safetensors file: length, header, data.
    static byte[] safetensors(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return new HandMade().i64(json.length).raw(json).raw(data).bytes();
    }

    /// Bytes that differ from place to place.
    static byte[] data(int count) {
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
            data[i] = (byte) (i * 31 + 7);
        }
        return data;
    }

    /// The beginning of a GGUF file.
    static HandMade gguf(int version, long tensors, long fields) {
        return new HandMade().raw("GGUF").i32(version).i64(tensors).i64(fields);
    }

    HandMade raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    HandMade raw(String ascii) {
        return raw(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    HandMade u8(int value) {
        out.write(value);
        return this;
    }

    HandMade i32(int value) {
        return raw(little(4).putInt(value).array());
    }

    HandMade i64(long value) {
        return raw(little(8).putLong(value).array());
    }

    HandMade f32(float value) {
        return raw(little(4).putFloat(value).array());
    }

    HandMade f64(double value) {
        return raw(little(8).putDouble(value).array());
    }

    /// A GGUF string: 8 bytes of length, then UTF-8.
    HandMade text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return i64(utf8.length).raw(utf8);
    }

    /// A GGUF field that is text.
    HandMade field(String name, String value) {
        return text(name).i32(8).text(value);
    }

    /// A GGUF tensor, its dimensions the fastest first.
    HandMade tensor(String name, int type, long offset, long... dimensions) {
        text(name).i32(dimensions.length);
        for (long length : dimensions) {
            i64(length);
        }
        return i32(type).i64(offset);
    }

    HandMade pad(int alignment) {
        while (out.size() % alignment != 0) {
            out.write(0);
        }
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
