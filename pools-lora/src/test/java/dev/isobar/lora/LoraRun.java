package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.memory.MemorySpace;
import dev.isobar.pool.LoadFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Activations, pins, prefetches, reclaims, removals and failing loads by three owners on a pool of two
/// tiers, and what must hold after each.
final class LoraRun implements AutoCloseable {

    static final int ADAPTERS = 6;

    enum Kind {
        ACTIVATE,
        HOLD,
        LET_GO,
        PIN,
        UNPIN,
        PREFETCH,
        RECLAIM,
        REMOVE,
        BREAK,
        MEND
    }

    record Step(Kind kind, int adapter, int owner) {}

    private final Path folder;
    private final boolean mapped;
    private final LoraFixture fixture;
    private final List<Activation.Active> held = new ArrayList<>();
    private final Map<String, Set<Integer>> pinned = new HashMap<>();
    private final Map<String, Long> pages = new HashMap<>();

    LoraRun(Path folder, MemorySpace deviceSpace) {
        this(folder, deviceSpace, false);
    }

    /// @param mapped whether the host maps files
    LoraRun(Path folder, MemorySpace deviceSpace, boolean mapped) {
        this.folder = folder;
        this.mapped = mapped;
        this.fixture =
                new LoraFixture(folder, 5, deviceSpace, 4, config -> config.withHostMapped(mapped));
        for (int i = 0; i < ADAPTERS; i++) {
            fixture.adapter(name(i), 1 + i % 3, i == 0 ? 1.0 : i / 10.0, "");
            pages.put(name(i), 1L + i % 3);
        }
    }

    void apply(Step step) throws Exception {
        String name = name(step.adapter);
        fixture.nanos.addAndGet(1000);
        LoraOwner owner = fixture.pool.owner("owner" + step.owner);
        try {
            switch (step.kind) {
                case ACTIVATE -> close(owner.activate(name));
                case HOLD -> hold(owner.activate(name));
                case LET_GO -> letGo(step.adapter);
                case PIN -> pin(owner, name, step.owner);
                case UNPIN -> unpin(owner, name, step.owner);
                case PREFETCH -> fixture.pool.prefetch(List.of(name));
                case RECLAIM ->
                        fixture.pool
                                .sources()
                                .get(step.owner % 2)
                                .reclaim(ReclaimRequest.of(LoraFixture.PAGE));
                case REMOVE -> remove(name);
                case BREAK -> move(weights(name), broken(name));
                case MEND -> move(broken(name), weights(name));
            }
        } catch (LoadFailedException e) {
            assertThat(weights(name)).doesNotExist();
        }
    }

    private void hold(Activation activation) {
        if (activation instanceof Activation.Active active) {
            held.add(active);
        }
    }

    private void letGo(int which) {
        if (!held.isEmpty()) {
            held.remove(which % held.size()).close();
        }
    }

    private void pin(LoraOwner owner, String name, int number) throws InterruptedException {
        Activation activation = owner.pin(name);
        if (activation instanceof Activation.Active active) {
            active.close();
            pinned.computeIfAbsent(name, _ -> new HashSet<>()).add(number);
        }
    }

    private void unpin(LoraOwner owner, String name, int number) {
        Set<Integer> owners = pinned.getOrDefault(name, new HashSet<>());
        assertThat(owner.unpin(name)).isEqualTo(owners.remove(number));
        if (owners.isEmpty()) {
            pinned.remove(name);
        }
    }

    private void remove(String name) {
        fixture.pool.remove(name);
        pinned.remove(name);
    }

    void check() {
        assertThat(fixture.pool.active()).containsAll(pinned.keySet());
        Set<ResidentAdapter> alive = new HashSet<>();
        held.forEach(each -> alive.add(each.adapter()));
        for (ResidentAdapter each : alive) {
            for (int i = 0; i < each.pageCount(); i++) {
                assertThat(each.slab().holds(each.page(i))).isTrue();
            }
        }
        long detached =
                alive.stream()
                        .filter(each -> !fixture.pool.slots().contains(each.name()))
                        .mapToLong(ResidentAdapter::bytes)
                        .sum();
        assertThat(fixture.pool.pools().getFirst().usedBytes())
                .isGreaterThanOrEqualTo(bytes(fixture.pool.active()) + detached)
                .isLessThanOrEqualTo(4 * LoraFixture.PAGE);
        assertThat(fixture.pool.pools().getLast().usedBytes())
                .isEqualTo(bytes(fixture.pool.onHost()));
        requireUsedPages();
    }

    /// What the pools charge, with the remains, is what the slabs have handed out, and nothing is
    /// reserved.
    private void requireUsedPages() {
        LoraStats stats = fixture.pool.stats();
        stats.tiers().forEach(tier -> assertThat(tier.reservedBytes()).isZero());
        long usedPages =
                fixture.pool.slabs().stream().mapToLong(each -> each.stats().usedPages()).sum();
        long charged =
                fixture.pool.pools().stream()
                        .limit(mapped ? 1 : 2) // the host has no pages then
                        .mapToLong(each -> each.usedBytes())
                        .sum();
        assertThat(usedPages * LoraFixture.PAGE).isEqualTo(charged + stats.remainsBytes());
    }

    private long bytes(Set<String> names) {
        return names.stream().mapToLong(each -> pages.get(each) * LoraFixture.PAGE).sum();
    }

    private Path weights(String name) {
        return folder.resolve(name).resolve("adapter_model.safetensors");
    }

    private Path broken(String name) {
        return folder.resolve(name + ".broken");
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to);
        }
    }

    private static void close(Activation activation) {
        if (activation instanceof Activation.Active active) {
            active.close();
        }
    }

    private static String name(int index) {
        return "adapter" + index;
    }

    @Override
    public void close() {
        held.forEach(Activation.Active::close);
        assertThat(fixture.pool.stats().pinned()).isEqualTo(pinned.size());
        fixture.close();
    }
}
