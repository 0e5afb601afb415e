package dev.isobar.broker.admission;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Who holds how much. Guarded by the admission's lock.
final class Ledger {

    private final Supplies supplies;
    private final Shares shares;
    private final long[] granted;

    /// Granted units of measured supplies that are not in use yet.
    private final long[] unused;

    /// Units of measured supplies that came into use, since ever.
    private final long[] usedEver;

    private final Map<String, long[]> byTenant = new HashMap<>();

    Ledger(Supplies supplies, Shares shares) {
        this.supplies = supplies;
        this.shares = shares;
        this.granted = new long[supplies.count()];
        this.unused = new long[supplies.count()];
        this.usedEver = new long[supplies.count()];
    }

    long granted(int supply) {
        return granted[supply];
    }

    long[] usedEver() {
        return usedEver.clone();
    }

    Map<String, long[]> byTenant() {
        return byTenant;
    }

    /// How many units could be granted to somebody. What came into use since the supplier was asked may
    /// or may not be in its answer; it is taken as if it were not.
    long available(int supply, Levels levels) {
        if (levels.hasFailed(supply)) {
            return 0;
        }
        if (!supplies.get(supply).isMeasured()) {
            return levels.capacity()[supply] - granted[supply];
        }
        long since = usedEver[supply] - levels.usedBefore()[supply];
        return levels.free()[supply] - since - unused[supply];
    }

    /// The same for one tenant: less what is kept for others, and within its own maximum.
    long available(int supply, String tenant, Levels levels) {
        long open = available(supply, levels);
        if (!shares.any()) {
            return open;
        }
        long own = shares.maximum(supply, tenant) - held(supply, tenant);
        return Math.min(open - keptForOthers(supply, tenant), own);
    }

    /// The first supply of which there is not enough, or -1.
    int shortSupply(Demand demand, Levels levels) {
        for (int s = 0; s < granted.length; s++) {
            long wanted = demand.amounts()[s];
            if (wanted > 0 && wanted > available(s, demand.tenant(), levels)) {
                return s;
            }
        }
        return -1;
    }

    /// Whether only the tenant's own maximum is in the way: then nobody else has to wait for it.
    boolean blockedByOwnMaximum(Demand demand) {
        for (int s = 0; shares.any() && s < granted.length; s++) {
            long room = shares.maximum(s, demand.tenant()) - held(s, demand.tenant());
            if (demand.amounts()[s] > room) {
                return true;
            }
        }
        return false;
    }

    /// The most of a supply that a tenant could have if nobody else had anything.
    long most(int supply, String tenant, Levels levels) {
        long kept = 0;
        for (TenantShare share : shares.of(supply).values()) {
            kept = share.tenant().equals(tenant) ? kept : Demand.saturated(kept, share.minimum());
        }
        return Math.max(0, levels.capacity()[supply] - kept);
    }

    /// How much of what it may have a tenant holds, by weight: the largest over the supplies it wants.
    double standing(Demand demand, Levels levels) {
        double worst = 0;
        for (int s = 0; s < granted.length; s++) {
            if (demand.amounts()[s] > 0) {
                double share =
                        (double) held(s, demand.tenant()) / Math.max(1, levels.capacity()[s]);
                worst = Math.max(worst, share / shares.weight(s, demand.tenant()));
            }
        }
        return worst;
    }

    void add(Demand demand) {
        long[] held = byTenant.computeIfAbsent(demand.tenant(), _ -> new long[granted.length]);
        for (int s = 0; s < granted.length; s++) {
            granted[s] += demand.amounts()[s];
            held[s] += demand.amounts()[s];
        }
    }

    void remove(Demand demand) {
        long[] held = byTenant.get(demand.tenant());
        for (int s = 0; s < granted.length; s++) {
            granted[s] -= demand.amounts()[s];
            if (held != null) {
                held[s] -= demand.amounts()[s];
            }
        }
        if (held != null && Arrays.stream(held).allMatch(h -> h == 0)) {
            byTenant.remove(demand.tenant());
        }
    }

    /// A grant's part that is not in use has changed.
    void unusedChanged(int supply, long by) {
        unused[supply] += by;
    }

    /// Units came into use.
    void used(int supply, long more) {
        usedEver[supply] += more;
    }

    private long held(int supply, String tenant) {
        long[] held = byTenant.get(tenant);
        return held == null ? 0 : held[supply];
    }

    private long keptForOthers(int supply, String tenant) {
        long kept = 0;
        for (TenantShare share : shares.of(supply).values()) {
            if (!share.tenant().equals(tenant)) {
                long missing = share.minimum() - held(supply, share.tenant());
                kept = Demand.saturated(kept, Math.max(0, missing));
            }
        }
        return kept;
    }
}
