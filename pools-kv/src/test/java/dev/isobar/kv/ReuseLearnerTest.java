package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReuseLearnerTest {

    /// Keys of ids below 1,000 end in two zeros, so that they are remembered; the others are not.
    private static DigestChain chain(long... ids) {
        DigestChain chain = new DigestChain(ids.length);
        for (long id : ids) {
            long mixed = id * 0x9E3779B97F4A7C15L;
            chain.add(id < 1_000 ? mixed & ~63 : mixed | 1, 0, 0, 0);
        }
        return chain;
    }

    private static ReuseLearner learner(int capacity) {
        return new ReuseLearner(AdaptiveSize.of(capacity));
    }

    @Test
    void remembered_usesAreCounted_andNewsAreTheRest() {
        ReuseLearner learner = learner(10_000);
        learner.request(chain(1, 2, 3, 4, 5), 0, _ -> 0, 0);
        assertThat(learner.uses(0)).isEqualTo(1);
        assertThat(learner.kind(0)).isEqualTo(learner.odds().classOf(1, 5));
        assertThat(learner.kind(4)).isEqualTo(learner.odds().last());
        learner.request(chain(1, 2, 3, 6, 7, 8), 0, _ -> 0, 100);
        assertThat(learner.uses(2)).isEqualTo(2);
        assertThat(learner.uses(3)).isEqualTo(1);
        assertThat(learner.kind(2)).isEqualTo(learner.odds().classOf(2, 3));
        assertThat(learner.kind(3)).isEqualTo(learner.odds().classOf(1, 3));
    }

    @Test
    void notRemembered_nextTurn_isKnownToTheEndOfTheLast() {
        ReuseLearner learner = learner(10_000);
        learner.request(chain(2_001, 2_002, 2_003, 2_004), 0, _ -> 0, 0);
        learner.request(chain(2_001, 2_002, 2_003, 2_005, 2_006), 0, _ -> 0, 100);
        assertThat(learner.uses(2)).as("the last whole block").isEqualTo(2);
        assertThat(learner.uses(0)).as("what is above it").isEqualTo(2);
        assertThat(learner.kind(3)).isEqualTo(learner.odds().classOf(1, 2));
    }

    @Test
    void someRemembered_theOthersOfTheirRunAreKnownToo() {
        ReuseLearner learner = learner(10_000);
        learner.request(chain(1, 2_002, 2_003, 2_004, 2_005, 2_006), 0, _ -> 0, 0);
        learner.request(chain(1, 2_002, 2_003, 2_004, 2_005, 2_007, 2_008), 0, _ -> 0, 100);
        assertThat(learner.uses(4)).isEqualTo(2);
        assertThat(learner.uses(5)).isEqualTo(1);
        assertThat(learner.kind(5)).isEqualTo(learner.odds().classOf(1, 2));
    }

    @Test
    void held_isKnown() {
        ReuseLearner learner = learner(10_000);
        learner.request(chain(2_001, 2_002, 2_003, 2_004), 2, at -> at < 2 ? 9 - at : 0, 0);
        assertThat(learner.uses(0)).isEqualTo(10);
        assertThat(learner.uses(1)).isEqualTo(9);
        assertThat(learner.uses(2)).isEqualTo(1);
        assertThat(learner.kind(2)).isEqualTo(learner.odds().classOf(1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000, 50_000})
    void ghosts_longGone_areForgotten_theOldestFirst(int capacity) {
        var ghosts = new ReuseGhosts(new ReuseOdds(new ReuseOdds.Grid(4, 4, 14, 3)), 64);
        for (int i = 1; i <= capacity; i++) {
            ghosts.asked(i * 0x9E3779B97F4A7C15L, 0, 1, 0, i);
        }
        int found = 0;
        for (int i = capacity; i > capacity - 64; i--) {
            found += ghosts.find(i * 0x9E3779B97F4A7C15L) == ReuseGhosts.NONE ? 0 : 1;
        }
        assertThat(found).as("most of the last 64").isGreaterThan(40);
        assertThat(ghosts.places()).isEqualTo(64);
    }

    @Test
    void notes_areFoundByTheirKey_andTheLaterOneStays() {
        var notes = new NoteTable(16);
        notes.put(1L << 48, 511, 127);
        assertThat(NoteTable.kind(notes.of(1L << 48))).isEqualTo(511);
        assertThat(NoteTable.uses(notes.of(1L << 48))).isEqualTo(127);
        assertThat(notes.of(2L << 48)).isEqualTo(NoteTable.NONE);
        notes.put(0xFFFFL << 48, 0, 1);
        assertThat(NoteTable.uses(notes.of(0xFFFFL << 48))).isEqualTo(1);
        assertThat(notes.of(1L << 48)).as("same place").isEqualTo(NoteTable.NONE);
    }
}
