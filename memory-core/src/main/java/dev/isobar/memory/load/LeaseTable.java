package dev.isobar.memory.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The slots of mapping leases, and who has them. Says who may release what; maps nothing itself.
///
/// *Safe for several threads:* one lock, held for a few instructions.
final class LeaseTable {

    private final int maxSlots;
    private final List<Slot> slots = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();

    LeaseTable(int maxSlots) {
        this.maxSlots = maxSlots;
    }

    /// Takes a slot for a lease to come.
    ///
    /// @return its token; null if all slots are taken
    synchronized @Nullable LeaseToken reserve(long source, String owner) {
        Integer number = free.pollFirst();
        if (number == null) {
            if (slots.size() == maxSlots) {
                return null;
            }
            number = slots.size();
            slots.add(new Slot());
        }
        Slot slot = slots.get(number);
        slot.generation++;
        slot.lease = null;
        return new LeaseToken(source, number, slot.generation, owner);
    }

    /// Gives back a slot for which there was no lease after all.
    synchronized void giveBack(LeaseToken token) {
        free.addFirst(token.slot());
    }

    synchronized void publish(MappingLease lease) {
        slots.get(lease.token().slot()).lease = lease;
    }

    /// The lease that a token is for, now being released by the caller.
    ///
    /// @throws LoadException `STALE_LEASE`, `ALREADY_RELEASED` or `NOT_OWNER`
    synchronized MappingLease beginRelease(LeaseToken token) {
        MappingLease lease = find(token);
        LeaseToken real = lease.token();
        if (!real.owner().equals(token.owner()) || real.source() != token.source()) {
            throw refused(LoadError.NOT_OWNER, token, "it is " + real.owner() + "'s");
        }
        if (lease.state() == LeaseState.RELEASED || lease.state() == LeaseState.RELEASING) {
            throw refused(LoadError.ALREADY_RELEASED, token, "it was released before");
        }
        lease.state(LeaseState.RELEASING);
        return lease;
    }

    /// The lease is as good as before, and still its owner's.
    synchronized void releaseFailed(MappingLease lease) {
        lease.state(LeaseState.RELEASE_FAILED);
    }

    synchronized void released(MappingLease lease) {
        lease.state(LeaseState.RELEASED);
        free.addFirst(lease.token().slot());
    }

    /// Those that were not released.
    synchronized List<MappingLease> open() {
        return slots.stream()
                .map(slot -> slot.lease)
                .filter(Objects::nonNull)
                .filter(lease -> lease.state() != LeaseState.RELEASED)
                .toList();
    }

    private MappingLease find(LeaseToken token) {
        Slot slot =
                token.slot() < 0 || token.slot() >= slots.size() ? null : slots.get(token.slot());
        MappingLease lease = slot == null ? null : slot.lease;
        if (slot == null || lease == null || slot.generation != token.generation()) {
            throw refused(LoadError.STALE_LEASE, token, "the slot is another lease's, or nobody's");
        }
        return lease;
    }

    private static LoadException refused(LoadError code, LeaseToken token, String why) {
        return LoadException.of(code, "", token + ": " + why);
    }

    private static final class Slot {
        private long generation;
        private @Nullable MappingLease lease;
    }
}
