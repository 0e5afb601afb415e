package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.lora.format.PeftFolder;
import dev.isobar.lora.format.TensorInfo;
import dev.isobar.memory.load.LoadError;
import dev.isobar.memory.load.LoadException;
import dev.isobar.pool.LoadFailedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraTiersTest {

    @TempDir private Path folder;

    private LoraFixture fixture;

    @BeforeEach
    void open() {
        fixture = new LoraFixture(folder, 4, 2, LoraPriority.lru());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void activate_fromFile_isBitExact_throughDemotionAndPromotion() throws IOException {
        fixture.adapter("a", 2).adapter("b", 2);
        requireExact("a", ResidentAdapter.Origin.FILE);

        fixture.use("b");
        assertThat(fixture.pool.onHost()).containsExactly("a");
        requireExact("a", ResidentAdapter.Origin.HOST);

        LoraStats stats = fixture.pool.stats();
        assertThat(stats.loadedBytes()).isEqualTo(4 * LoraFixture.PAGE);
        assertThat(stats.promotedBytes()).isEqualTo(2 * LoraFixture.PAGE);
        assertThat(stats.demotedBytes()).isEqualTo(4 * LoraFixture.PAGE);
    }

    @Test
    void baseCopies_areNotLoaded_theRestIsBitExact() throws IOException {
        String embedding = "base_model.model.embed_tokens.";
        int width = 240;
        Path path =
                new PeftFolder()
                        .pair("a.q_proj", 2, width)
                        .tensor(embedding + "base_layer.weight", 16, width)
                        .pair("z.q_proj", 2, width)
                        .write(folder.resolve("a"));
        fixture.pool.register("a", path);
        fixture.adapter("b", 2);
        byte[] file = Files.readAllBytes(path.resolve("adapter_model.safetensors"));

        for (String next : List.of("a", "b", "a")) { // from the file, off the device, and back
            try (Activation.Active active = fixture.active(next)) {
                if (next.equals("a")) {
                    ResidentAdapter adapter = active.adapter();
                    assertThat(adapter.description().bytes()).isEqualTo(4L * 2 * width * 4);
                    for (TensorInfo tensor : adapter.description().file().tensors()) {
                        byte[] bytes = new byte[(int) tensor.bytes()];
                        MemorySegment target = MemorySegment.ofArray(bytes);
                        if (tensor.name().endsWith("base_layer.weight")) {
                            assertThatThrownBy(() -> adapter.copyOut(tensor, target))
                                    .isInstanceOf(IllegalArgumentException.class)
                                    .hasMessageContaining("is not loaded");
                        } else {
                            adapter.copyOut(tensor, target);
                            assertThat(bytes)
                                    .isEqualTo(
                                            Arrays.copyOfRange(
                                                    file,
                                                    (int) tensor.offset(),
                                                    (int) tensor.end()));
                        }
                    }
                }
            }
        }
    }

    @Test
    void demotion_withoutRoom_evictsNobodyOnTheHost() {
        fixture.adapter("a", 2).adapter("b", 2).adapter("h", 3);
        fixture.add("h");
        fixture.use("a");
        fixture.use("b");

        assertThat(fixture.pool.onHost()).containsExactly("h");
        assertThat(fixture.pool.active()).containsExactly("b");
    }

    @Test
    void register_withTheDigestOfTheWeights_orNotAtAll() throws Exception {
        Path adapter = PeftFolder.small().write(folder.resolve("known"));
        byte[] weights = Files.readAllBytes(adapter.resolve("adapter_model.safetensors"));
        byte[] right = MessageDigest.getInstance("SHA-256").digest(weights);
        byte[] wrong = right.clone();
        wrong[31] ^= 1;

        assertThatThrownBy(() -> fixture.pool.register("a", adapter, 0.5, "", wrong))
                .isInstanceOfSatisfying(
                        LoadException.class,
                        e -> assertThat(e.code()).isEqualTo(LoadError.DIGEST_MISMATCH))
                .hasMessageContaining(HexFormat.of().formatHex(right));
        assertThat(fixture.pool.description("a")).isEmpty();

        fixture.pool.register("a", adapter, 0.5, "", right);
        try (Activation.Active active = fixture.active("a")) {
            assertThat(active.loaded()).isTrue();
        }
    }

    @Test
    void prefetch_makesActivationACopy() {
        fixture.adapter("a", 2);
        assertThat(fixture.add("a")).isTrue();

        try (Activation.Active active = fixture.active("a")) {
            assertThat(active.adapter().origin()).isEqualTo(ResidentAdapter.Origin.HOST);
        }
        assertThat(fixture.pool.stats().loadedBytes()).isEqualTo(2 * LoraFixture.PAGE);
    }

    @Test
    void failedLoad_leavesNothing_andTheNextTriesAgain() throws IOException {
        fixture.adapter("a", 2);
        Path weights = folder.resolve("a").resolve("adapter_model.safetensors");
        Path away = folder.resolve("away");
        Files.move(weights, away);

        assertThatThrownBy(() -> fixture.use("a")).isInstanceOf(LoadFailedException.class);

        assertThat(fixture.pool.pools()).allMatch(pool -> pool.usedBytes() == 0);
        assertThat(fixture.pool.active()).isEmpty();
        Files.move(away, weights);
        requireExact("a", ResidentAdapter.Origin.FILE);
        assertThat(fixture.pool.slots()).containsExactly("a");
    }

    @Test
    void manyCallers_loadOnce() throws Exception {
        fixture.adapter("a", 2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> task =
                    () -> {
                        try (var active = (Activation.Active) fixture.pool.activate("a")) {
                            return active.adapter().name().equals("a");
                        }
                    };
            List<Future<Boolean>> all =
                    IntStream.range(0, 100).mapToObj(_ -> threads.submit(task)).toList();
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(fixture.pool.stats().loadedBytes()).isEqualTo(2 * LoraFixture.PAGE);
    }

    @Test
    void lease_outlivesRemoval_andItsMemoryIsChargedUntilThen() {
        fixture.adapter("a", 2);
        try (Activation.Active active = fixture.active("a")) {
            assertThat(fixture.pool.remove("a")).isTrue();
            assertThat(fixture.pool.pools().getFirst().usedBytes()).isEqualTo(2 * LoraFixture.PAGE);
            assertThat(active.adapter().slab().holds(active.adapter().page(0))).isTrue();
        }
        assertThat(fixture.pool.pools().getFirst().usedBytes()).isZero();
        assertThat(fixture.pool.onHost()).isEmpty();
    }

    @Test
    void register_badArguments_areRefused() {
        fixture.adapter("a", 1);

        assertThatThrownBy(() -> fixture.pool.register("a", folder.resolve("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an adapter named a is there");
        assertThatThrownBy(() -> fixture.pool.priority("a", 1.1))
                .hasMessage("priority must be from 0 to 1: 1.1");
        assertThatThrownBy(() -> fixture.pool.priority("a", Double.NaN))
                .hasMessage("priority must be from 0 to 1: NaN");
    }

    private void requireExact(String name, ResidentAdapter.Origin origin) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(name).resolve("adapter_model.safetensors"));
        try (Activation.Active active = fixture.active(name)) {
            assertThat(active.adapter().origin()).isEqualTo(origin);
            for (TensorInfo tensor : active.adapter().description().file().tensors()) {
                byte[] bytes = new byte[(int) tensor.bytes()];
                active.adapter().copyOut(tensor, MemorySegment.ofArray(bytes));
                assertThat(bytes)
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        file, (int) tensor.offset(), (int) tensor.end()));
            }
        }
    }
}
