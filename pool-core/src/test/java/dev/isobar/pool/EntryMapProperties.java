package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// The table of entries does what a map does.
class EntryMapProperties {

    private static final Entry.Birth BIRTH = new Entry.Birth(0, 0, 0, 0);

    /// A key whose hash is one of few, so that chains are long.
    record Key(int number, int hashes) {
        @Override
        public int hashCode() {
            return number % hashes;
        }
    }

    enum Kind {
        PUT,
        PUT_IF_ABSENT,
        REMOVE,
        REMOVE_STALE
    }

    record Step(Kind kind, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class), Arbitraries.integers().between(0, 400))
                .as(Step::new)
                .list()
                .ofMaxSize(1_000);
    }

    @Provide
    Arbitrary<Integer> hashes() {
        return Arbitraries.of(1, 3, 17, 1_000);
    }

    @Property(tries = 300)
    void randomOperations_areThoseOfAMap(
            @ForAll("hashes") int hashes, @ForAll("steps") List<Step> steps) {
        EntryMap<Key, String> real = new EntryMap<>();
        Map<Key, Entry<Key, String>> model = new HashMap<>();
        for (Step step : steps) {
            Key key = new Key(step.number(), hashes);
            Entry<Key, String> entry = entry(key);
            switch (step.kind()) {
                case PUT -> assertThat(real.put(entry)).isSameAs(model.put(key, entry));
                case PUT_IF_ABSENT ->
                        assertThat(real.putIfAbsent(entry)).isSameAs(model.putIfAbsent(key, entry));
                case REMOVE -> {
                    Entry<Key, String> present = model.remove(key);
                    if (present != null) {
                        real.remove(present);
                    }
                }
                case REMOVE_STALE -> real.remove(entry); // another entry with the same key
            }
            assertThat(get(real, key)).isSameAs(model.get(key));
            assertThat(real.size()).isEqualTo(model.size());
        }
        List<Entry<Key, String>> all = new ArrayList<>();
        real.entries().forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
    }

    @Test
    void chain_staysInTheOrderOfArrival_alsoWhenTheTableGrows() {
        EntryMap<Key, String> map = new EntryMap<>();
        List<Entry<Key, String>> arrived = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Entry<Key, String> entry = entry(new Key(i, 1));
            map.put(entry);
            arrived.add(entry);
        }

        assertThat(map.entries()).containsExactlyElementsOf(arrived);
    }

    @Test
    void manyEntries_areFound() {
        EntryMap<Key, String> map = new EntryMap<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(map.put(entry(new Key(i, Integer.MAX_VALUE)))).isNull();
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(get(map, new Key(i, Integer.MAX_VALUE))).isNotNull();
        }
        assertThat(get(map, new Key(100_000, Integer.MAX_VALUE))).isNull();
        assertThat(map.size()).isEqualTo(100_000);
    }

    private static Entry<Key, String> get(EntryMap<Key, String> map, Key key) {
        return map.get(key, Entry.hashOf(key));
    }

    private static Entry<Key, String> entry(Key key) {
        return Entry.resident(key, "value", 1, BIRTH);
    }
}
