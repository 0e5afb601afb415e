package dev.isobar.kv;

import java.security.SecureRandom;

/// A secret for a process that shares its blocks with no other.
final class RandomSecret {

    private static final int BYTES = 32;

    private RandomSecret() {}

    static byte[] create() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
