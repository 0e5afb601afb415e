package dev.isobar.memory.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Where the bytes of a tensor are.
public enum ResidencyState {
    /// In its file only, and never were elsewhere.
    UNBOUND,
    /// On their way.
    LOADING,
    /// In a block of the space.
    RESIDENT,
    /// In a mapping of the file.
    MAPPED,
    /// On their way out.
    EVICTING,
    /// In the file only, again.
    EVICTED,
    /// In the file only: the last attempt to load them failed.
    FAILED;

    private static final Map<ResidencyState, Set<ResidencyState>> NEXT =
            new EnumMap<>(
                    Map.of(
                            UNBOUND, Set.of(LOADING),
                            LOADING, Set.of(RESIDENT, MAPPED, FAILED, UNBOUND, EVICTED),
                            RESIDENT, Set.of(EVICTING),
                            MAPPED, Set.of(EVICTING),
                            EVICTING, Set.of(EVICTED, RESIDENT, MAPPED),
                            EVICTED, Set.of(LOADING),
                            FAILED, Set.of(LOADING)));

    /// The states that can come next. Out of `LOADING` back to where it was when a plan is given up;
    /// out of `EVICTING` back when the system does not take the memory.
    public Set<ResidencyState> next() {
        return Objects.requireNonNull(NEXT.get(this));
    }

    /// Whether the other state can come next.
    public boolean mayBecome(ResidencyState other) {
        return next().contains(other);
    }

    /// Whether the bytes can be read.
    public boolean readable() {
        return this == RESIDENT || this == MAPPED;
    }

    /// Whether a load may begin.
    boolean loadable() {
        return mayBecome(LOADING);
    }
}
