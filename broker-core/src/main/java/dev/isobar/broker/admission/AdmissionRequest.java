package dev.isobar.broker.admission;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Who wants what, and how long they are ready to wait for it.
///
/// *Immutable.*
///
/// @param holder who asks, for messages and snapshots; not blank
/// @param claim what is wanted
/// @param tenant whose shares it counts against; empty if it belongs to none
/// @param session requests of one session are granted one at a time, and a request that waits only for
///     its own session is not counted in the queue; empty if it may run beside any other
/// @param maxWait how long it may wait; 0 = not at all; empty = as long as the configuration says
public record AdmissionRequest(
        String holder,
        Claim claim,
        Optional<String> tenant,
        Optional<String> session,
        Optional<Duration> maxWait) {

    /// @throws IllegalArgumentException if a name is blank or `maxWait` negative
    public AdmissionRequest {
        Checks.name("holder", holder);
        Objects.requireNonNull(claim, "claim");
        tenant.ifPresent(t -> Checks.name("tenant", t));
        session.ifPresent(s -> Checks.name("session", s));
        maxWait.ifPresent(w -> Checks.within("maxWait", w, Duration.ZERO));
    }

    /// A request of no tenant and no session that waits as long as the configuration says.
    public static AdmissionRequest of(String holder, Claim claim) {
        return new AdmissionRequest(
                holder, claim, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The same for a tenant.
    public AdmissionRequest forTenant(String name) {
        return new AdmissionRequest(holder, claim, Optional.of(name), session, maxWait);
    }

    /// The same for a session.
    public AdmissionRequest inSession(String name) {
        return new AdmissionRequest(holder, claim, tenant, Optional.of(name), maxWait);
    }

    /// The same with a limit of its own.
    ///
    /// @param limit how long it may wait; 0 = not at all
    public AdmissionRequest waitingAtMost(Duration limit) {
        return new AdmissionRequest(holder, claim, tenant, session, Optional.of(limit));
    }
}
