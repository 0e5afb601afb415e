package dev.isobar.lora;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Grant;
import dev.isobar.pool.Lease;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The adapter of one request, admitted together with whatever else the request wants, such as the
/// tokens of another pool: all, or nothing is touched.
///
/// An adapter that somebody is using needs no bytes: it is leased, if the rest is granted at once. Any
/// other takes its bytes of the pool's [LoraPool#supply()]; one that lies idle is part of what is free,
/// and could be evicted for somebody else before.
///
/// ```java
/// try (AdapterClaim poet = lora.claim("poet")) {
///     var rest = AdmissionRequest.of("chat 7", Claim.of(tokens, 528));
///     if (poet.admit(admission, rest) instanceof Granted(Grant grant, _)) {
///         try (grant; var active = (Activation.Active) poet.activate(grant)) { ... }
///         admission.reconsider();
///     }
/// }
/// ```
///
/// Whoever waits holds nothing, no lease either; so nobody waits for one who waits behind him.
///
/// *Safe for several threads.*
public final class AdapterClaim implements AutoCloseable {

    private final LoraPool pool;
    private final AdapterTier tier;
    private final KnownAdapter adapter;
    private final AtomicReference<@Nullable Lease<ResidentAdapter>> shared =
            new AtomicReference<>();

    AdapterClaim(LoraPool pool, AdapterTier tier, KnownAdapter adapter) {
        this.pool = pool;
        this.tier = tier;
        this.adapter = adapter;
    }

    /// What the adapter takes of the supply if it is not in use, in bytes: its own size in whole pages.
    public long bytes() {
        return tier.bytesOf(adapter);
    }

    /// Asks for the adapter and the rest together, and waits as long as the request says. To be called
    /// once.
    ///
    /// @param admission built with the pool's supply
    /// @param rest what else is wanted, and by whom
    /// @return what became of it; whoever is granted something has to close the grant
    /// @throws InterruptedException if the thread is interrupted; nothing is held then
    public AdmissionAnswer admit(Admission admission, AdmissionRequest rest)
            throws InterruptedException {
        AdmissionAnswer answer = shareAndAdmit(admission, rest);
        return answer instanceof AdmissionAnswer.Granted
                ? answer
                : admission.admit(
                        new AdmissionRequest(
                                rest.holder(),
                                rest.claim().and(pool.supply(), bytes()),
                                rest.tenant(),
                                rest.session(),
                                rest.maxWait()));
    }

    /// Activates the adapter, and tells the grant that its bytes are taken. To be called once.
    ///
    /// @param grant what [#admit] granted
    /// @return as [LoraPool#activate(String)]; refused only if somebody takes bytes of the pool whom
    ///     nobody admitted
    /// @throws dev.isobar.pool.LoadFailedException if the load failed
    /// @throws IllegalStateException if the grant is closed
    public Activation activate(Grant grant) throws InterruptedException {
        Lease<ResidentAdapter> held = shared.getAndSet(null);
        if (held != null) {
            pool.countHit(held.value());
            return new Activation.Active(adapter.name, held, Arrival.HIT);
        }
        Activation activation = pool.activate(adapter.name);
        if (activation instanceof Activation.Active active) {
            try {
                grant.used(pool.supply(), bytes());
            } catch (Throwable t) {
                active.close();
                throw t;
            }
        }
        return activation;
    }

    /// Gives the lease back, if there is one that [#activate] did not hand on. Idempotent.
    @Override
    public void close() {
        Lease<ResidentAdapter> held = shared.getAndSet(null);
        if (held != null) {
            held.close();
        }
    }

    /// Tries with a lease beside those of others, without waiting.
    private @Nullable AdmissionAnswer shareAndAdmit(Admission admission, AdmissionRequest rest) {
        Lease<ResidentAdapter> lease = tier.share(adapter);
        if (lease == null) {
            return null;
        }
        shared.set(lease);
        AdmissionAnswer answer = null;
        try {
            answer = admission.tryAdmit(rest);
            return answer;
        } finally {
            if (!(answer instanceof AdmissionAnswer.Granted)) {
                close();
                admission.reconsider(); // others may have closed theirs meanwhile
            }
        }
    }
}
