package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.pool.EvictionPriority;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twice as many adapters as there is room for, of mixed ranks, asked for by a Zipf law: the case in
/// which serving engines thrash.
class LoraThrashTest {

    private static final int ADAPTERS = 16;
    private static final int ACTIVATIONS = 3000;
    private static final double SKEW = 1.2;

    @TempDir private Path folder;

    @Test
    void costAware_reloadsAFifthLessThanLru() {
        long lru = reloadedBytes("lru", LoraPriority.lru());
        long costAware = reloadedBytes("cost-aware", LoraPriority.costAware());

        assertThat((double) costAware / lru)
                .as("cost-aware reloads %d bytes, LRU %d", costAware, lru)
                .isLessThanOrEqualTo(0.8);
    }

    private long reloadedBytes(String run, EvictionPriority<ResidentAdapter> priority) {
        int[] pages = {1, 4, 2, 1, 3, 2, 4, 1, 2, 3, 1, 4, 2, 1, 4, 3};
        int all = 0;
        try (LoraFixture fixture =
                new LoraFixture(folder.resolve(run), total(pages) / 2, 0, priority)) {
            for (int i = 0; i < ADAPTERS; i++) {
                fixture.adapter("adapter" + i, pages[i]);
                all += pages[i];
            }
            Random random = new Random(42);
            for (int i = 0; i < ACTIVATIONS; i++) {
                assertThat(fixture.use("adapter" + zipf(random)))
                        .isInstanceOf(Activation.Active.class);
            }
            return fixture.pool.stats().loadedBytes() - all * LoraFixture.PAGE;
        }
    }

    private static int total(int[] pages) {
        int total = 0;
        for (int each : pages) {
            total += each;
        }
        return total;
    }

    private static int zipf(Random random) {
        double sum = 0;
        for (int i = 0; i < ADAPTERS; i++) {
            sum += Math.pow(i + 1, -SKEW);
        }
        double left = random.nextDouble() * sum;
        for (int i = 0; i < ADAPTERS; i++) {
            left -= Math.pow(i + 1, -SKEW);
            if (left <= 0) {
                return i;
            }
        }
        return ADAPTERS - 1;
    }
}
