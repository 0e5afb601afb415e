package dev.isobar.broker;

import java.time.Instant;

/// Sets sources and signals aside and lets them back in, and has both announced.
final class Infirmary {

    private final Clocks clocks;
    private final AlertDesk alerts;

    Infirmary(Clocks clocks, AlertDesk alerts) {
        this.clocks = clocks;
        this.alerts = alerts;
    }

    void setAside(SourceSlot slot, String reason) {
        setAside(slot.name(), slot.resource(), slot.quarantine(), reason);
    }

    void setAside(SignalSlot slot, String reason) {
        setAside(slot.name(), slot.resource(), slot.quarantine(), reason);
    }

    void readmit(SourceSlot slot) {
        readmit(slot.name(), slot.resource(), slot.quarantine());
    }

    void readmit(SignalSlot slot) {
        readmit(slot.name(), slot.resource(), slot.quarantine());
    }

    /// A probe that fails prolongs the absence; that is no news.
    private void setAside(String name, Resource resource, Quarantine quarantine, String reason) {
        Instant now = clocks.now();
        if (quarantine.enter(reason, clocks.nanos(), now)) {
            alerts.post(
                    new PressureAlert.Quarantined(name, resource, reason, quarantine.until(), now));
        }
    }

    private void readmit(String name, Resource resource, Quarantine quarantine) {
        if (quarantine.active()) {
            quarantine.leave(clocks.nanos());
            alerts.post(new PressureAlert.Readmitted(name, resource, clocks.now()));
        }
    }
}
