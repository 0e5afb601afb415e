package dev.isobar.lora;

import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.pool.Lease;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The adapter of one request, as a part of what the request claims of an
/// [dev.isobar.broker.admission.Admission]: with the tokens of another pool, say, all or nothing.
///
/// An adapter that is where it is used needs no bytes; it is leased from now on, so that it is still
/// there when the rest is granted. One that is not claims the bytes that it takes.
///
/// ```java
/// try (AdapterClaim poet = lora.claim("poet")) {
///     var all = poet.claim().and(kv.tokenSupply(), tokens);
///     if (admission.admit(AdmissionRequest.of("chat 7", all)) instanceof Granted(Grant grant, _)) {
///         try (grant; var active = (Activation.Active) poet.activate(grant)) { ... }
///         admission.reconsider();
///     }
/// }
/// ```
///
/// Who waits in the queue for something else may hold the lease of one adapter meanwhile. Nobody waits
/// for an adapter while holding something, so nobody waits for ever.
///
/// *Safe for several threads.*
public final class AdapterClaim implements AutoCloseable {

    private final LoraPool pool;
    private final String name;
    private final Supply supply;
    private final long bytes;
    private final AtomicReference<@Nullable Lease<ResidentAdapter>> lease;

    AdapterClaim(
            LoraPool pool,
            String name,
            Supply supply,
            long bytes,
            @Nullable Lease<ResidentAdapter> lease) {
        this.pool = pool;
        this.name = name;
        this.supply = supply;
        this.bytes = lease == null ? bytes : 0;
        this.lease = new AtomicReference<>(lease);
    }

    /// What to claim of the pool's [LoraPool#supply()]: nothing if the adapter is here.
    public Claim claim() {
        return Claim.of(supply, bytes);
    }

    /// Activates the adapter, and tells the grant that its bytes are taken. To be called once.
    ///
    /// @param grant what was granted for [#claim()], with whatever else
    /// @return as [LoraPool#activate(String)]; refused only if somebody takes bytes of the pool whom
    ///     nobody admitted
    /// @throws dev.isobar.pool.LoadFailedException if the load failed
    /// @throws IllegalStateException if the grant is closed
    public Activation activate(Grant grant) throws InterruptedException {
        Lease<ResidentAdapter> held = lease.getAndSet(null);
        if (held != null) {
            return new Activation.Active(name, held, Arrival.HIT);
        }
        Activation activation = pool.activate(name);
        if (activation instanceof Activation.Active active && bytes > 0) {
            try {
                grant.used(supply, bytes);
            } catch (Throwable t) {
                active.close();
                throw t;
            }
        }
        return activation;
    }

    /// Gives the lease back, if there is one that was not handed on. Idempotent.
    @Override
    public void close() {
        Lease<ResidentAdapter> held = lease.getAndSet(null);
        if (held != null) {
            held.close();
        }
    }
}
