package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sequences of a serving engine's LoRA manager with two slots and room for two on the host, by
/// exact slots.
class LoraManagerVectorsTest {

    @TempDir private Path folder;

    private LoraFixture fixture;
    private LoraPool pool;

    @BeforeEach
    void open() {
        fixture = new LoraFixture(folder, 2, 2, LoraPriority.lru());
        fixture.adapters("1", "2", "3", "4");
        pool = fixture.pool;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void lru_addAndActivate_exactSlots() {
        addAndUse("1");
        addAndUse("2");
        assertThat(pool.slots()).containsExactly("1", "2");
        addAndUse("3");
        addAndUse("4");
        assertThat(pool.onHost()).containsExactly("3", "4");
        assertThat(pool.slots()).containsExactly("3", "4");

        assertThat(fixture.add("3")).isFalse();
        assertThat(loaded(fixture.use("3"))).isFalse();
        addAndUse("2");
        assertThat(pool.onHost()).containsExactly("2", "3");
        assertThat(pool.slots()).containsExactly("3", "2");

        assertThat(pool.remove("3")).isTrue();
        assertThat(pool.remove("3")).isFalse();
        assertThat(pool.slots()).containsExactly("", "2");
        addAndUse("3");
        addAndUse("4");
        assertThat(pool.onHost()).containsExactly("3", "4");
        assertThat(pool.slots()).containsExactly("3", "4");

        assertThat(pool.removeLeastValuable()).contains("3");
        assertThat(pool.onHost()).containsExactly("4");
        assertThat(pool.slots()).containsExactly("", "4");
        assertThat(pool.removeLeastValuable()).contains("4");
        assertThat(pool.onHost()).isEmpty();
        assertThat(pool.removeLeastValuable()).isEmpty();
    }

    @Test
    void pin_staysOnBothTiers_untilRemoved() {
        assertThat(fixture.pin("none")).isEqualTo(new Activation.Unknown("none"));
        fixture.add("3");
        fixture.pin("3");
        assertThat(pool.remove("3")).isTrue();
        fixture.add("1");
        fixture.pin("1");
        addAndUse("2");
        assertThat(pool.slots()).containsExactly("1", "2");

        assertThat(pool.removeLeastValuable()).contains("2");
        assertThat(pool.removeLeastValuable()).isEmpty();
        assertThat(pool.slots()).containsExactly("1");
    }

    @Test
    void pin_allSlotsPinned_isRefused_untilOneIsDeactivated() {
        fixture.pin("3");
        fixture.pin("1");
        assertThat(fixture.pin("2")).isInstanceOf(Activation.Refused.class);
        assertThat(fixture.use("2")).isInstanceOf(Activation.Refused.class);

        assertThat(pool.deactivate("3")).isTrue();
        assertThat(fixture.pin("2")).isInstanceOf(Activation.Active.class);
        assertThat(pool.slots()).containsExactly("2", "1");
        assertThat(pool.onHost()).containsExactly("3");

        pool.unregister("3");
        assertThat(fixture.pin("3")).isEqualTo(new Activation.Unknown("3"));
    }

    private void addAndUse(String name) {
        fixture.add(name);
        fixture.use(name);
    }

    private static boolean loaded(Activation activation) {
        return ((Activation.Active) activation).loaded();
    }
}
