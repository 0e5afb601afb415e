package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.load.LoadError;
import dev.isobar.memory.load.LoadException;
import dev.isobar.memory.load.LoadListener;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadStrategy;
import dev.isobar.pool.LoadFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On which thread adapters are loaded, and what an interrupt of it does. Each adapter is loaded in
/// several chunks, one after the other.
class LoadThreadsTest {

    private static final int PAGES = 4;

    @TempDir private Path folder;

    private final Queue<Thread> loading = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Runnable> afterAChunk = new AtomicReference<>();
    private LoraFixture fixture;

    @BeforeEach
    void open() {
        LoadListener listener =
                (_, _) -> {
                    loading.add(Thread.currentThread());
                    Runnable step = afterAChunk.getAndSet(null);
                    if (step != null) {
                        step.run();
                    }
                };
        LoadPolicy policy =
                LoadPolicy.of(LoadStrategy.READ)
                        .withChunkBytes(LoadPolicy.CHUNK_STEP_BYTES)
                        .withDepth(1)
                        .withListener(listener);
        fixture =
                new LoraFixture(folder, 2 * PAGES, 0, settings -> settings.withLoading(policy))
                        .adapter("a", PAGES);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void platformThread_loadsItself() {
        fixture.use("a");

        assertThat(loading).isNotEmpty().containsOnly(Thread.currentThread());
    }

    @Test
    void virtualThread_leavesItToAPlatformThread() throws Exception {
        FutureTask<Activation> task = new FutureTask<>(() -> fixture.use("a"));
        Thread caller = Thread.ofVirtual().start(task);

        assertThat(task.get()).isInstanceOf(Activation.Active.class);

        assertThat(loading)
                .isNotEmpty()
                .doesNotContain(caller)
                .allSatisfy(each -> assertThat(each.isVirtual()).isFalse());
    }

    @Test
    void interrupted_needNotWait_andTheLoadGoesOn() throws Exception {
        Thread caller = Thread.currentThread();
        FutureTask<Activation> waiter = new FutureTask<>(() -> fixture.use("a"));
        afterAChunk.set(() -> {
            Thread.ofPlatform().start(waiter);
            while (fixture.pool.pools().getFirst().stats().sharedLoads() == 0) {
                Thread.onSpinWait();
            }
            caller.interrupt();
        });

        assertThatThrownBy(() -> fixture.pool.activate("a"))
                .isInstanceOf(InterruptedException.class);

        assertThat(caller.isInterrupted()).isFalse();
        assertThat(waiter.get()).isInstanceOf(Activation.Active.class);
        assertThat(loading.stream().filter(each -> each != caller)).hasSizeGreaterThanOrEqualTo(2);
        assertThat(fixture.pool.active()).containsExactly("a");
        assertThat(fixture.pool.stats().loadedBytes()).isEqualTo(PAGES * LoraFixture.PAGE);
    }

    @Test
    void interrupted_andTheLoadThatGoesOnFails_leavesNothing() throws Exception {
        Thread caller = Thread.currentThread();
        afterAChunk.set(() -> {
            delete("a");
            caller.interrupt();
        });

        assertThatThrownBy(() -> fixture.pool.activate("a"))
                .isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> fixture.pool.activate("a"))
                .isInstanceOf(LoadFailedException.class);

        assertThat(fixture.pool.active()).isEmpty();
        assertThat(fixture.pool.pools()).allMatch(pool -> pool.usedBytes() == 0);
    }

    @Test
    void fileReplacedBetweenTwoLoads_isNotLoaded() {
        fixture.use("a");
        fixture.pool.remove("a");
        replace("a");

        requireChanged("a");
    }

    @Test
    void fileReplacedWhileItIsLoaded_isNotPublished() {
        afterAChunk.set(() -> replace("a"));

        requireChanged("a");
    }

    private void requireChanged(String name) {
        assertThatThrownBy(() -> fixture.pool.activate(name))
                .isInstanceOf(LoadFailedException.class)
                .cause()
                .isInstanceOfSatisfying(
                        LoadException.class,
                        e -> assertThat(e.code()).isEqualTo(LoadError.SOURCE_CHANGED));
        assertThat(fixture.pool.active()).isEmpty();
        assertThat(fixture.pool.pools()).allMatch(pool -> pool.usedBytes() == 0);
    }

    /// Puts a copy in place of an adapter's weights: another file, however much it looks like the old one.
    private void replace(String name) {
        Path weights = weights(name);
        Path copy = folder.resolve("copy");
        try {
            Files.copy(weights, copy, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(copy, weights, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void delete(String name) {
        try {
            Files.delete(weights(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path weights(String name) {
        return folder.resolve(name).resolve("adapter_model.safetensors");
    }
}
