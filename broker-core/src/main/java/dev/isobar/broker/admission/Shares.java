package dev.isobar.broker.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tenants may have, by supply.
///
/// *Immutable.*
final class Shares {

    private final List<Map<String, TenantShare>> bySupply;
    private final boolean any;

    /// @throws IllegalArgumentException if a tenant has two shares of one supply
    Shares(Supplies supplies, List<TenantShare> shares) {
        List<Map<String, TenantShare>> maps = new ArrayList<>();
        for (int s = 0; s < supplies.count(); s++) {
            maps.add(new HashMap<>());
        }
        for (TenantShare share : shares) {
            int number = supplies.number(share.supply());
            if (maps.get(number).put(share.tenant(), share) != null) {
                throw new IllegalArgumentException(
                        "two shares of " + share.supply() + " for tenant " + share.tenant());
            }
        }
        this.bySupply = maps;
        this.any = !shares.isEmpty();
    }

    /// Whether there are any: if not, requests go first come, first served.
    boolean any() {
        return any;
    }

    Map<String, TenantShare> of(int supply) {
        return bySupply.get(supply);
    }

    long maximum(int supply, String tenant) {
        TenantShare share = share(supply, tenant);
        return share == null ? Long.MAX_VALUE : share.maximum();
    }

    double weight(int supply, String tenant) {
        TenantShare share = share(supply, tenant);
        return share == null ? 1 : share.weight();
    }

    private @Nullable TenantShare share(int supply, String tenant) {
        return any ? bySupply.get(supply).get(tenant) : null;
    }
}
