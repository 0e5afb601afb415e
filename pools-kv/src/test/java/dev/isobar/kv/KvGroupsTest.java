package dev.isobar.kv;

import static dev.isobar.kv.Pools.filled;
import static dev.isobar.kv.Pools.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Groups of layers: found is what all groups have.
class KvGroupsTest {

    private final KvPool first = Pools.pool(Pools.config(4, 8).events(100));
    private final KvPool second = Pools.pool(Pools.config(4, 8).events(100).group(1));
    private final KvGroups groups = new KvGroups(List.of(first, second));

    @AfterEach
    void close() {
        first.checkInvariants();
        second.checkInvariants();
        first.close();
        second.close();
    }

    @Test
    void p9_found_isWhatAllGroupsHave() {
        filled(first, range(0, 8)).close(); // two blocks
        filled(second, range(0, 12)).close(); // three
        KvPrompt prompt = KvPrompt.of(range(0, 17));
        assertThat(first.table().indexed() + second.table().indexed()).isEqualTo(5);
        assertThat(first.peek(prompt)).isEqualTo(8);
        assertThat(second.peek(prompt)).isEqualTo(12);
        assertThat(groups.peek(prompt)).isEqualTo(8);
        try (KvGroupSequence one = groups.open(prompt)) {
            assertThat(one.tokens()).isEqualTo(8);
            assertThat(one.remainingTokens()).isEqualTo(9);
            assertThat(one.group(1).cachedTokens()).isEqualTo(8);
            assertThat(one.group(1).blocks()).isEqualTo(2);
            assertThat(one.reserve(9)).isInstanceOf(Room.Ready.class);
            one.commit(9);
            assertThat(one.tokens()).isEqualTo(17);
        }
        assertThat(groups.peek(prompt)).isEqualTo(16);
    }

    @Test
    void p19_events_nameTheGroup_andABlockIsRemovedWhenItIsUsedAgain() {
        KvPool third = Pools.pool(Pools.config(4, 8).events(100).group(2));
        for (KvPool pool : List.of(first, second, third)) {
            KvPrompt oldest = KvPrompt.of(range(0, 16));
            filled(pool, oldest).close(); // four blocks
            filled(pool, range(100, 116)).close(); // all eight are kept now
            long before = pool.eventsAfter(0).orElseThrow().getLast().number();
            try (KvSequence next = filled(pool, range(200, 208))) {
                List<KvEvent> events = pool.eventsAfter(before).orElseThrow();
                assertThat(events).hasSize(3);
                assertThat(events).allMatch(each -> each.group() == pool.config().group());
                List<String> digests = PlainDigests.chain(pool, oldest);
                assertThat(events.subList(0, 2)) // two of four, from the end
                        .extracting(each -> ((KvEvent.Removed) each).digest())
                        .containsExactly(digests.get(3), digests.get(2));
                assertThat(events.get(2)).isInstanceOf(KvEvent.Stored.class);
                assertThat(next.blocks()).isEqualTo(2);
            }
            assertThat(pool.reset()).isTrue();
            assertThat(pool.eventsAfter(0).orElseThrow().getLast().group())
                    .isEqualTo(pool.config().group());
        }
        third.close();
    }

    @Test
    void groups_haveDigestsOfTheirOwn() {
        assertThat(first.config().root()).isNotEqualTo(second.config().root());
        assertThat(first.config().root())
                .isEqualTo(Pools.config(4, 8).build().root())
                .isEqualTo(Pools.MODEL.root(Pools.shape(4)));
    }

    @Test
    void blocksOfDifferentSizes_lineUpAtCommonMultiples() {
        try (KvPool coarse = Pools.pool(Pools.config(6, 8).group(2))) {
            KvGroups mixed = new KvGroups(List.of(first, coarse));
            assertThat(mixed.strideTokens()).isEqualTo(12);
            filled(first, range(0, 24)).close();
            filled(coarse, range(0, 18)).close();
            try (KvGroupSequence one = mixed.open(KvPrompt.of(range(0, 30)))) {
                assertThat(one.tokens()).isEqualTo(12);
                assertThat(one.group(0).blocks()).isEqualTo(3);
                assertThat(one.group(1).blocks()).isEqualTo(2);
            }
        }
    }

    @Test
    void reserve_whereOneGroupHasNoRoom_reservesInNone() {
        try (KvSequence _ = filled(second, range(500, 528)); // seven of eight
                KvGroupSequence one = groups.open(KvPrompt.of(range(0, 8)))) {
            assertThat(one.reserve(8)).isInstanceOf(Room.Short.class);
            assertThat(one.group(0).blocks()).isZero();
            assertThat(one.group(1).blocks()).isZero();
            assertThat(one.reserve(4)).isInstanceOf(Room.Ready.class);
            one.commit(4);
        }
    }

    @Test
    void open_whereOneGroupIsClosed_opensNone() {
        second.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> groups.open(KvPrompt.of(range(0, 8))))
                .withMessageContaining("is closed");
        assertThat(first.stats().openSequences()).isZero();
    }

    @Test
    void sameNumberTwice_orNone_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KvGroups(List.of(first, first)))
                .withMessageContaining("[0, 0]");
        assertThatIllegalArgumentException().isThrownBy(() -> new KvGroups(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pools.config(4, 8).group(-1).build())
                .withMessageContaining("group must be from 0");
    }
}
