package dev.isobar.broker;

import java.util.function.DoubleSupplier;

/// A signal that says what it is told.
final class FakeSignal implements PressureSignal {

    private final String name;
    private final Resource resource;
    private final long capacityBytes;
    private volatile DoubleSupplier pressure;

    FakeSignal(String name, Resource resource, double pressure, long capacityBytes) {
        this.name = name;
        this.resource = resource;
        this.capacityBytes = capacityBytes;
        this.pressure = () -> pressure;
    }

    void pressure(double value) {
        pressure = () -> value;
    }

    void reading(DoubleSupplier what) {
        pressure = what;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Resource resource() {
        return resource;
    }

    @Override
    public double pressure() {
        return pressure.getAsDouble();
    }

    @Override
    public long capacityBytes() {
        return capacityBytes;
    }
}
