package dev.isobar.kv;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes the salt of a tenant from a secret of the server, so that no client can choose another's.
///
/// *Immutable.*
final class TenantSalts {

    private static final String LAYOUT = "isobar/kv-salt/1";
    private static final String MARK_LAYOUT = "isobar/kv-secret-mark/1";
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    /// @param secret at least 16 bytes; the same on every node that shall share blocks
    TenantSalts(byte[] secret) {
        key = new SecretKeySpec(secret, HMAC);
    }

    /// 32 bytes; the same for the same tenant and secret.
    byte[] salt(String tenant) {
        return hmac(new TaggedBytes().add(1, LAYOUT).add(2, tenant));
    }

    /// 32 bytes that tell one secret from another, and are no tenant's salt.
    byte[] mark() {
        return hmac(new TaggedBytes().add(1, MARK_LAYOUT));
    }

    private byte[] hmac(TaggedBytes fields) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(fields.toByteArray());
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("any bytes are a key of HMAC", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC of SHA-256", e);
        }
    }
}
