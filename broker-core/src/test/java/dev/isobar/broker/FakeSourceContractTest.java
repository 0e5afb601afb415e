package dev.isobar.broker;

import dev.isobar.broker.contract.PressureSourceContract;

/// The fake that the other tests trust keeps the contract itself.
class FakeSourceContractTest extends PressureSourceContract {

    @Override
    protected PressureSource filled() {
        return new Locked(FakeSource.of("fake", 900, 1000));
    }

    @Override
    protected PressureSource empty() {
        return FakeSource.of("fake", 0, 1000);
    }

    @Override
    protected PressureSource allPinned() {
        return FakeSource.of("fake", 900, 1000).stuck();
    }

    @Override
    protected PressureSource unmanaged() {
        return FakeSource.of("fake", 900, 0);
    }

    /// The fake's own arithmetic is not atomic.
    private record Locked(FakeSource source) implements PressureSource {
        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Resource resource() {
            return source.resource();
        }

        @Override
        public Usage usage() {
            return source.usage();
        }

        @Override
        public synchronized ReclaimResult reclaim(ReclaimRequest request) {
            return source.reclaim(request);
        }
    }
}
