package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A router has the digests of the pool.
class KvDigestsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void digests_areThoseOfTheEvents() {
        KvPoolConfig config = Pools.config(4, 8).events(10).build();
        try (KvPool pool = new KvPool(config, Pools.space())) {
            filled(pool, KvPrompt.of(range(0, 14)).forTenant("acme")).close();
            KvEvent.Stored stored = (KvEvent.Stored) pool.eventsAfter(0).orElseThrow().getFirst();
            KvDigests digests = new KvDigests(config, "acme");
            assertThat(hex(digests, range(0, 14))).isEqualTo(stored.digests());
            assertThat(hex(new KvDigests(config, "other"), range(0, 14)))
                    .doesNotContainAnyElementsOf(stored.digests());
        }
    }

    @Test
    void digest_ofAShorterPrompt_forgetsTheOneBefore() {
        KvDigests digests = new KvDigests(Pools.config(4, 8).build(), "acme");
        assertThat(digests.digest(range(0, 14))).isEqualTo(3);
        assertThat(digests.digest(range(0, 3))).isZero();
        assertThatThrownBy(() -> digests.hex(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvDigests(Pools.config(4, 8).build(), " "));
    }

    @Test
    void digest_allocatesNothing() {
        KvDigests digests = new KvDigests(Pools.config(4, 8).build(), "acme");
        int[] tokens = range(0, 400);
        for (int round = 0; round < 200; round++) {
            digests.digest(tokens);
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 200; round++) {
            digests.digest(tokens);
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).isLessThan(200 * 100); // less than a byte for each block
    }

    private static List<String> hex(KvDigests digests, int[] tokens) {
        return IntStream.range(0, digests.digest(tokens)).mapToObj(digests::hex).toList();
    }
}
