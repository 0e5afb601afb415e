package dev.isobar.embedding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/// Makes the keys of one profile, whose fields it digests once. The layout is told at
/// [EmbeddingKey].
///
/// *One thread only.*
final class KeyDigest {

    private static final String LAYOUT = "isobar/embedding-key/1";
    private static final int HEADER_BYTES = 5;

    private final MessageDigest profileDigest = sha256();
    private final MessageDigest textDigest = sha256();

    KeyDigest(EmbeddingProfile profile) {
        text(1, LAYOUT);
        text(2, profile.provider());
        text(3, profile.model());
        text(4, profile.revision());
        field(5, ByteBuffer.allocate(Integer.BYTES).putInt(profile.dimensions()).array());
        field(6, new byte[] {(byte) profile.role().code()});
        field(7, new byte[] {(byte) (profile.normalised() ? 1 : 0)});
        profile.parameters().forEach(this::parameter);
    }

    EmbeddingKey key(String text) {
        Objects.requireNonNull(text, "text");
        MessageDigest digest = copyOf(profileDigest);
        if (isUnicode(text)) {
            field(digest, 10, textDigest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } else {
            field(digest, 11, textDigest.digest(unitsOf(text)));
        }
        return EmbeddingKey.ofDigest(digest.digest());
    }

    private void parameter(String name, String value) {
        text(8, name);
        text(9, value);
    }

    private void text(int tag, String value) {
        if (!isUnicode(value)) {
            throw new IllegalArgumentException("a profile must be valid Unicode: " + value);
        }
        field(tag, value.getBytes(StandardCharsets.UTF_8));
    }

    private void field(int tag, byte[] bytes) {
        field(profileDigest, tag, bytes);
    }

    private static void field(MessageDigest digest, int tag, byte[] bytes) {
        digest.update(
                ByteBuffer.allocate(HEADER_BYTES).put((byte) tag).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    /// Half of a surrogate pair has no UTF-8: it would read as a question mark, and two texts as one.
    private static boolean isUnicode(String text) {
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (Character.isSurrogate(unit)) {
                boolean pair =
                        Character.isHighSurrogate(unit)
                                && index + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(index + 1));
                if (!pair) {
                    return false;
                }
                index++;
            }
        }
        return true;
    }

    /// UTF-16, big-endian. The JDK's own encoder replaces half pairs here, too.
    private static byte[] unitsOf(String text) {
        ByteBuffer units = ByteBuffer.allocate(Math.multiplyExact(Character.BYTES, text.length()));
        text.chars().forEach(unit -> units.putChar((char) unit));
        return units.array();
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of this JDK cannot be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
