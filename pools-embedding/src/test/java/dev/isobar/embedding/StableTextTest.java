package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StableTextTest {

    @Test
    void differentValues_haveDifferentTexts() {
        List<Object> values = new ArrayList<>(Arrays.asList("1", 1, 1.0f, 1.0, '1', true, "true"));
        values.addAll(Arrays.asList(null, "null", "", List.of(), Map.of(), EmbeddingRole.QUERY));
        values.addAll(List.of("QUERY", List.of("a", "b"), List.of("ab"), List.of("a:1:b")));
        values.addAll(List.of(Map.of("a", "b"), Map.of("a", List.of("b")), List.of("a", "b", "c")));
        Set<String> texts = new HashSet<>();
        values.forEach(value -> texts.add(StableText.of(value).orElseThrow()));

        assertThat(texts).hasSameSizeAs(values);
    }

    @Test
    void equalValues_haveEqualTexts() {
        Map<String, Integer> one = new LinkedHashMap<>();
        one.put("b", 2);
        one.put("a", 1);
        assertThat(StableText.of(one))
                .isEqualTo(StableText.of(new HashMap<>(Map.of("a", 1, "b", 2))));
        assertThat(StableText.of(1L))
                .isEqualTo(StableText.of(1))
                .isEqualTo(StableText.of((short) 1));
    }

    @Test
    void valuesWhoseTextMaySayNothing_haveNone() {
        assertThat(StableText.of(new Object())).isEmpty();
        assertThat(StableText.of(List.of(1, new Object()))).isEmpty();
        assertThat(StableText.of(Map.of("a", new Object()))).isEmpty();
        assertThat(StableText.of(Map.of(1, "a"))).isEmpty();
        assertThat(StableText.of(new float[] {1})).isEmpty();
    }
}
