package dev.isobar.broker.admission;

import dev.isobar.broker.admission.AdmissionSnapshot.HolderView;
import dev.isobar.broker.admission.AdmissionSnapshot.SupplyView;
import dev.isobar.broker.admission.AdmissionSnapshot.TenantView;
import dev.isobar.broker.admission.AdmissionSnapshot.WaiterView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Draws a snapshot. With the admission's lock held.
///
/// @param name the admission's
/// @param levels what the supplies said
record Picture(String name, Supplies supplies, Desk desk, Levels levels) {

    AdmissionSnapshot snapshot() {
        long now = desk.nanos();
        return new AdmissionSnapshot(
                name,
                supplyViews(),
                desk.grants().stream().map(grant -> view(grant, now)).toList(),
                tenantViews(),
                desk.line().waiters().stream().map(waiter -> view(waiter, now)).toList(),
                desk.tally().totals(supplies.failures()));
    }

    private List<SupplyView> supplyViews() {
        var views = new ArrayList<SupplyView>();
        for (int s = 0; s < supplies.count(); s++) {
            views.add(
                    new SupplyView(
                            supplies.get(s).resource().name(),
                            supplies.get(s).unit(),
                            Math.max(0, levels.capacity()[s]),
                            desk.ledger().granted(s),
                            desk.ledger().available(s, levels)));
        }
        return views;
    }

    private List<TenantView> tenantViews() {
        var views = new ArrayList<TenantView>();
        new TreeMap<>(desk.ledger().byTenant())
                .forEach((tenant, held) -> {
                    for (int s = 0; s < held.length; s++) {
                        if (held[s] > 0 && !tenant.isEmpty()) {
                            Supply supply = supplies.get(s);
                            views.add(
                                    new TenantView(
                                            tenant,
                                            supply.resource().name(),
                                            supply.unit(),
                                            held[s]));
                        }
                    }
                });
        return views;
    }

    private HolderView view(HeldGrant grant, long now) {
        return new HolderView(
                grant.holder(),
                supplies.claim(grant.demand()).toString(),
                now - grant.sinceNanos());
    }

    private WaiterView view(Waiter waiter, long now) {
        return new WaiterView(
                waiter.request().holder(),
                waiter.request().claim().toString(),
                waiter.waitedNanos(now),
                waiter.passed);
    }
}
