package dev.isobar.kv;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The one digest of this module.
final class Sha256 {

    /// Bytes in a digest.
    static final int BYTES = 32;

    private Sha256() {}

    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static byte[] of(byte[] bytes) {
        return create().digest(bytes);
    }
}
