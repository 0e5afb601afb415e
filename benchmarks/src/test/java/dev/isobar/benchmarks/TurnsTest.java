package dev.isobar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

/// Turns of a millisecond, in this virtual machine: the figures mean nothing.
class TurnsTest {

    private static final Turns.Plan TINY = new Turns.Plan(1, 3, 1);

    @Test
    void contestants_areAllCombinationsOfTheParameters() {
        assertThat(Contestant.all(Suite.MIX.pattern(""), Map.of()))
                .extracting(Contestant::name)
                .containsExactly("pool", "caffeine", "cache2k", "guava", "lru");

        List<Contestant> growth = Contestant.all(Suite.GROWTH.pattern(""), Map.of());
        assertThat(growth).hasSize(9);
        assertThat(growth)
                .extracting(Contestant::group)
                .containsOnly("entries 10000", "entries 100000", "entries 1000000");
        assertThat(Contestant.all(Suite.GROWTH.pattern(""), Map.of("entries", List.of("10", "20"))))
                .extracting(Contestant::group)
                .containsOnly("entries 10", "entries 20");
    }

    @Test
    void contestants_withoutPeers_areMethods() {
        assertThat(Contestant.all(Suite.INDEX.pattern("slab|magazine"), Map.of()))
                .containsExactlyInAnyOrder(
                        new Contestant(PageIndex.class.getName() + ".slab", Map.of()),
                        new Contestant(PageIndex.class.getName() + ".magazine", Map.of()))
                .extracting(Contestant::name)
                .containsExactlyInAnyOrder("slab", "magazine");
    }

    @Test
    void everyContestant_takesATurnInEachRound_oneGroupAfterTheOther() throws Exception {
        List<Turn> turns = new ArrayList<>();
        new Turns(TINY, 2)
                .run(
                        Contestant.all(
                                Suite.GET.pattern(""),
                                Map.of(
                                        "peer", List.of("pool", "chm"),
                                        "entries", List.of("100", "200"))),
                        turns::add);

        assertThat(turns)
                .extracting(Turn::group)
                .containsExactly(repeated("entries 100", 6, "entries 200", 6));
        for (int round = 0; round < turns.size(); round += 2) {
            assertThat(turns.subList(round, round + 2))
                    .extracting(Turn::name)
                    .containsExactlyInAnyOrder("pool", "chm");
        }
        assertThat(turns)
                .allSatisfy(turn -> {
                    assertThat(turn.nanos()).isPositive();
                    assertThat(turn.cpuNanos()).isNotNegative();
                    assertThat(turn.bytes()).isNotNegative();
                });
    }

    private static String[] repeated(String first, int times, String second, int timesAgain) {
        List<String> all = new ArrayList<>(Collections.nCopies(times, first));
        all.addAll(Collections.nCopies(timesAgain, second));
        return all.toArray(String[]::new);
    }

    /// What a benchmark knows of others is in the classes that they share.
    @Test
    void aContestant_hasClassesOfItsOwn() throws Exception {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        CacheState ours = CacheState.of("chm", 10, 10);
        new Turns(TINY, 1)
                .run(
                        Contestant.all(
                                Suite.GET.pattern(""),
                                Map.of("peer", List.of("none"), "entries", List.of("20"))),
                        _ -> {});

        assertThat(CacheState.of("chm", 10, 10)).isSameAs(ours);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
    }

    @Test
    void cacheState_theLastOneIsKept_andNoOther() {
        CacheState first = CacheState.of("chm", 10, 10);

        assertThat(CacheState.of("chm", 10, 10)).isSameAs(first);
        assertThat(CacheState.of("lru", 10, 10)).isNotSameAs(first);
        assertThat(CacheState.of("chm", 10, 10)).isNotSameAs(first);
    }

    @Test
    void keptThreads_outliveAShutdown() throws Exception {
        ExecutorService first = new KeptThreads(1, "kept-");
        Thread thread = first.submit(Thread::currentThread).get();
        first.shutdown();
        ExecutorService second = new KeptThreads(1, "kept-");

        assertThat(second.submit(Thread::currentThread).get()).isSameAs(thread);
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void turn_isReadAsItWasSaid() {
        Turn turn = new Turn("", "pool", 1.5, 2.5, 0);

        assertThat(Turn.of(List.of("", "pool", "1.5", "2.5", "0.0"))).isEqualTo(turn);
    }
}
