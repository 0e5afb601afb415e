package dev.isobar.broker;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what it heard.
final class Alerts implements AlertListener {

    private final List<PressureAlert> heard = new CopyOnWriteArrayList<>();

    @Override
    public void onAlert(PressureAlert alert) {
        heard.add(alert);
    }

    List<PressureAlert> all() {
        return heard;
    }

    <T extends PressureAlert> List<T> of(Class<T> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<PressureAlert.Relief> reliefs() {
        return of(PressureAlert.Relief.class);
    }

    void forget() {
        heard.clear();
    }
}
