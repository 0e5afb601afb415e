package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.isobar.memory.load.FaultyFiles.Call;
import dev.isobar.memory.load.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/// Random sequences of what one can ask of a residency, with faults of files and of the space, against
/// a model that knows the state of every tensor and who is evicted next.
class ResidencyProperties {

    private static final int COUNT = 6;
    private static final int TENSOR = 8192;
    private static final int BUDGET_TENSORS = 3;

    private enum Action {
        LOAD,
        MAP,
        EVICT,
        RECLAIM,
        PIN,
        UNPIN,
        FAIL_READS,
        FAIL_FREE,
        HEAL
    }

    record Step(Action action, Set<Integer> tensors) {
        int first() {
            return tensors.iterator().next();
        }
    }

    @Provide
    Arbitrary<List<Step>> sequences() {
        Arbitrary<Set<Integer>> tensors =
                Arbitraries.integers().between(0, COUNT - 1).set().ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(Arbitraries.of(Action.class), tensors)
                .as(Step::new)
                .list()
                .ofMaxSize(100);
    }

    @Property(tries = 200)
    void everySequence_agreesWithTheModel(@ForAll("sequences") List<Step> sequence)
            throws IOException {
        Path file = Files.createTempFile("isobar-residency", ".bin");
        try (Scene scene = new Scene(file)) {
            for (Step step : sequence) {
                scene.run(step);
                scene.assertAgreed();
            }
        } finally {
            Files.delete(file);
        }
    }

    private static final class Scene implements AutoCloseable {

        private final byte[] content = TestFiles.bytes(COUNT * TENSOR, 9);
        private final FaultyFiles system = new FaultyFiles();
        private final FileSources sources = new FileSources(FileSourcesConfig.defaults(), system);
        private final FileLoader loader = new FileLoader(sources, new FileLoaderConfig(1, 1 << 20));
        private final FakeDevice space = new FakeDevice(1 << 20);
        private final Residency residency =
                new Residency(ResidencyConfig.of("model", BUDGET_TENSORS * TENSOR), loader, space);
        private final Deque<TensorPin> pins = new ArrayDeque<>();
        // The model.
        private final List<ResidencyState> states = new ArrayList<>();
        private final LinkedHashSet<Integer> evictable = new LinkedHashSet<>();
        private int unfreed;
        private boolean readsFail;

        Scene(Path file) {
            FileSource source =
                    sources.register(
                            TestFiles.write(
                                    file.getParent(), file.getFileName().toString(), content));
            List<TensorRecord> records = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                records.add(new TensorRecord("t" + i, source.extent((long) i * TENSOR, TENSOR)));
                states.add(ResidencyState.UNBOUND);
            }
            residency.bind(records);
        }

        void run(Step step) {
            switch (step.action) {
                case LOAD -> load(new TreeSet<>(step.tensors));
                case MAP -> map(step.first());
                case EVICT -> evict(step.first());
                case RECLAIM -> reclaim(step.tensors.size());
                case PIN -> pin(step.first());
                case UNPIN -> unpin();
                case FAIL_READS -> {
                    system.failAlways(Call.READ, Fault.IO);
                    readsFail = true;
                }
                case FAIL_FREE -> space.failFree = true;
                case HEAL -> {
                    system.heal();
                    readsFail = false;
                    space.failFree = false;
                }
            }
        }

        private void load(Set<Integer> tensors) {
            List<Integer> missing =
                    tensors.stream().filter(tensor -> !states.get(tensor).readable()).toList();
            ResidencyError error =
                    error(() -> residency.load(tensors, LoadPolicy.of(LoadStrategy.READ)));
            if (missing.isEmpty()) {
                assertThat(error).isNull();
                return;
            }
            freeAgain();
            int tooMany =
                    count(ResidencyState.RESIDENT) + unfreed + missing.size() - BUDGET_TENSORS;
            List<Integer> others =
                    evictable.stream().filter(tensor -> !tensors.contains(tensor)).toList();
            if (tooMany > others.size()) {
                assertThat(error).isEqualTo(ResidencyError.OVER_BUDGET);
                return;
            }
            if (tooMany > 0 && space.failFree) {
                assertThat(error).isEqualTo(ResidencyError.OVER_BUDGET);
                others.forEach(this::gone);
                return;
            }
            others.stream().limit(Math.max(0, tooMany)).forEach(this::gone);
            assertThat(error).isEqualTo(readsFail ? ResidencyError.LOAD_FAILED : null);
            for (int tensor : missing) {
                states.set(tensor, readsFail ? ResidencyState.FAILED : ResidencyState.RESIDENT);
                if (!readsFail) {
                    evictable.add(tensor);
                }
            }
        }

        private void gone(int tensor) {
            unfreed += space.failFree && states.get(tensor) == ResidencyState.RESIDENT ? 1 : 0;
            evictable.remove(tensor);
            states.set(tensor, ResidencyState.EVICTED);
        }

        private void freeAgain() {
            unfreed = space.failFree ? unfreed : 0;
        }

        private void map(int tensor) {
            ResidencyError error = error(() -> residency.map(tensor));
            if (states.get(tensor).readable()) {
                assertThat(error).isEqualTo(ResidencyError.ALREADY_RESIDENT);
            } else {
                assertThat(error).isNull();
                states.set(tensor, ResidencyState.MAPPED);
            }
        }

        private void evict(int tensor) {
            freeAgain();
            ResidencyError error = error(() -> residency.evict(tensor));
            ResidencyState before = states.get(tensor);
            if (before == ResidencyState.EVICTED) {
                assertThat(error).isNull();
            } else if (pins.stream().anyMatch(pin -> pin.tensor() == tensor)) {
                assertThat(error).isEqualTo(ResidencyError.PINNED);
            } else if (!before.readable()) {
                assertThat(error).isEqualTo(ResidencyError.NOT_RESIDENT);
            } else if (before == ResidencyState.RESIDENT && space.failFree) {
                assertThat(error).isEqualTo(ResidencyError.EVICT_FAILED);
                gone(tensor);
            } else {
                assertThat(error).isNull();
                gone(tensor);
            }
        }

        private void reclaim(int tensors) {
            long freed = residency.reclaim((long) tensors * TENSOR);
            List<Integer> victims = List.copyOf(evictable);
            if (space.failFree) {
                assertThat(freed).isZero();
                victims.forEach(this::gone);
            } else {
                int freedBefore = unfreed;
                freeAgain();
                int most = Math.clamp(tensors - freedBefore, 0, victims.size());
                assertThat(freed).isEqualTo((long) (freedBefore + most) * TENSOR);
                victims.subList(0, most).forEach(this::gone);
            }
        }

        private void pin(int tensor) {
            ResidencyError error = error(() -> pins.addLast(residency.pin(tensor)));
            assertThat(error)
                    .isEqualTo(states.get(tensor).readable() ? null : ResidencyError.NOT_RESIDENT);
            if (error == null) {
                evictable.remove(tensor);
            }
        }

        private void unpin() {
            if (!pins.isEmpty()) {
                TensorPin pin = pins.removeFirst();
                pin.close();
                int tensor = pin.tensor();
                if (pins.stream().noneMatch(other -> other.tensor() == tensor)
                        && states.get(tensor) == ResidencyState.RESIDENT) {
                    evictable.add(tensor);
                }
            }
        }

        void assertAgreed() {
            for (int tensor = 0; tensor < COUNT; tensor++) {
                TensorStatus status = residency.status(tensor);
                int id = tensor;
                assertThat(status.state()).isEqualTo(states.get(tensor));
                assertThat(status.pins())
                        .isEqualTo(pins.stream().filter(pin -> pin.tensor() == id).count());
            }
            long resident = (long) count(ResidencyState.RESIDENT) * TENSOR;
            assertThat(residency.usedBytes()).isEqualTo(resident + (long) unfreed * TENSOR);
            space.freeSurrendered();
            if (!space.failFree) {
                assertThat(space.usedBytes()).isEqualTo(resident);
            }
            assertThat(residency.pinnedBytes())
                    .isEqualTo(
                            pins.stream()
                                            .filter(pin -> !pin.mapped())
                                            .map(TensorPin::tensor)
                                            .distinct()
                                            .count()
                                    * TENSOR);
            assertThat(sources.leases()).hasSize(count(ResidencyState.MAPPED));
            for (TensorPin pin : pins) {
                byte[] bytes =
                        pin.mapped()
                                ? TestFiles.contents(pin.mapping().view())
                                : TestFiles.contents(pin.block());
                assertThat(bytes)
                        .isEqualTo(TestFiles.slice(content, (long) pin.tensor() * TENSOR, TENSOR));
            }
        }

        private int count(ResidencyState state) {
            return (int) states.stream().filter(each -> each == state).count();
        }

        private static @Nullable ResidencyError error(Runnable action) {
            ResidencyException failure =
                    catchThrowableOfType(ResidencyException.class, action::run);
            return failure == null ? null : failure.code();
        }

        @Override
        public void close() {
            system.heal();
            space.failFree = false;
            pins.forEach(TensorPin::close);
            residency.close();
            space.freeSurrendered();
            assertThat(residency.usedBytes()).isZero();
            assertThat(space.usedBytes()).isZero();
            loader.close();
            sources.close();
            assertThat(system.openFiles).hasValue(0);
            space.close();
        }
    }
}
