package dev.isobar.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.examples.adapter.AdapterMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterShelfTest {

    @TempDir Path folder;

    @Property(tries = 8)
    void made_anyBudget_moreThanFit_andNothingIsLeftOfThem(
            @ForAll @LongRange(min = 1 << 17, max = 1 << 24) long bytes) throws IOException {
        ChatPlan plan = ChatPlan.of(1 << 20, bytes);
        Path place;
        try (AdapterShelf shelf = AdapterShelf.made(plan)) {
            place = shelf.adapters().values().iterator().next().path().getParent();
            long sum = shelf.adapters().values().stream().mapToLong(a -> a.bytes()).sum();
            assertThat(shelf.skipped()).isEmpty();
            assertThat(shelf.adapters()).hasSize(ChatPlan.ADAPTERS);
            assertThat(sum).isBetween(bytes, 2 * bytes);
        }
        assertThat(place).doesNotExist();
    }

    @Test
    void in_folder_leavesOutWhatIsNoGoodOrTooLarge_andTouchesNothing() throws IOException {
        new AdapterMaker(1, 1, 8).write(folder.resolve("small"), 1);
        new AdapterMaker(8, 4, 256).write(folder.resolve("large"), 1);
        Files.writeString(folder.resolve("broken.gguf"), "not one");
        Files.writeString(folder.resolve("readme.txt"), "no adapter");

        try (AdapterShelf shelf = AdapterShelf.in(folder, 4096)) {
            assertThat(shelf.adapters()).containsOnlyKeys("small");
            assertThat(shelf.skipped())
                    .hasSize(2)
                    .anyMatch(reason -> reason.contains("broken.gguf"))
                    .contains("large has 128.0 KiB, the LoRA pool 4.0 KiB");
        }
        assertThat(folder.resolve("small")).isDirectory();
    }

    @Test
    void in_nothingUsable_saysWhy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdapterShelf.in(folder, 4096))
                .withMessage("no adapter in " + folder + " can be used: there is none");
    }

    @Test
    void in_noFolder_isRefused() {
        assertThatThrownBy(() -> AdapterShelf.in(folder.resolve("missing"), 1))
                .isInstanceOf(NotDirectoryException.class);
    }
}
