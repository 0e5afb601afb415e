package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EmbeddingKeyTest {

    private static final EmbeddingProfile PROFILE = EmbeddingProfile.of("openai", "small");

    private static EmbeddingKey key(EmbeddingProfile profile) {
        return EmbeddingKey.of(profile, "text");
    }

    @Test
    void digest_isTheSameInEveryProcess() {
        // Computed with another program, from the layout in the documentation of the key.
        assertThat(
                        EmbeddingKey.of(
                                EmbeddingProfile.of("openai", "text-embedding-3-small"), "hello"))
                .hasToString("1f292bea8793ab7b96ad91254876f979cef5b40ef5296cb32db8533c7a07e028");
        EmbeddingProfile full =
                EmbeddingProfile.of("openai", "text-embedding-3-small")
                        .withRevision("2024-01")
                        .withDimensions(256)
                        .withRole(EmbeddingRole.QUERY)
                        .withNormalised(true)
                        .withParameters(Map.of("truncate", "END", "encoding", "float"));
        assertThat(EmbeddingKey.of(full, "Grüße, 世界 🎈"))
                .hasToString("bdd3b2da63090ad9b66d6909e4376236f68582631957694f4710cc2ebb4c3d34");
        EmbeddingProfile document = EmbeddingProfile.of("a", "b").withRole(EmbeddingRole.DOCUMENT);
        assertThat(EmbeddingKey.of(document, ""))
                .hasToString("f6e2ac2adcd0fbf770d1f6854d6d822fb6c467947975e78861640596267be5cd");
        assertThat(EmbeddingKey.of(document, "\uD83D?"))
                .hasToString("ea68a535f0d70512794086f02542112b6e73d5a65c490544472759cf59e2babb");
    }

    @Test
    void sameTextInTwoRoles_hasTwoKeys() {
        assertThat(key(PROFILE.withRole(EmbeddingRole.QUERY)))
                .isNotEqualTo(key(PROFILE.withRole(EmbeddingRole.DOCUMENT)))
                .isNotEqualTo(key(PROFILE));
    }

    @Test
    void fieldsThatReadTheSameInARow_haveTwoKeys() {
        assertThat(key(EmbeddingProfile.of("a-b", "c")))
                .isNotEqualTo(key(EmbeddingProfile.of("a", "b-c")));
        assertThat(key(EmbeddingProfile.of("ab", "c")))
                .isNotEqualTo(key(EmbeddingProfile.of("a", "bc")));
        assertThat(key(EmbeddingProfile.of("a", "b").withRevision("c")))
                .isNotEqualTo(key(EmbeddingProfile.of("a", "bc")));
        assertThat(key(PROFILE.withParameters(Map.of("a", "bc"))))
                .isNotEqualTo(key(PROFILE.withParameters(Map.of("ab", "c"))));
        assertThat(EmbeddingKey.of(PROFILE.withRevision("a"), "b"))
                .isNotEqualTo(EmbeddingKey.of(PROFILE, "ab"));
    }

    @Test
    void everyFieldOfTheProfile_distinguishes() {
        List<EmbeddingProfile> profiles =
                List.of(
                        PROFILE,
                        EmbeddingProfile.of("cohere", "small"),
                        PROFILE.withModel("large"),
                        PROFILE.withRevision("2"),
                        PROFILE.withDimensions(256),
                        PROFILE.withDimensions(512),
                        PROFILE.withRole(EmbeddingRole.QUERY),
                        PROFILE.withNormalised(true),
                        PROFILE.withParameters(Map.of("truncate", "END")));
        Set<EmbeddingKey> keys = new HashSet<>();
        profiles.forEach(profile -> keys.add(key(profile)));

        assertThat(keys).hasSameSizeAs(profiles);
    }

    @Test
    void sameTextWithTwoModels_hasTwoKeys() {
        assertThat(EmbeddingKey.of(PROFILE.withModel("model-a"), "hello"))
                .isNotEqualTo(EmbeddingKey.of(PROFILE.withModel("model-b"), "hello"))
                .isEqualTo(EmbeddingKey.of(PROFILE.withModel("model-a"), "hello"));
    }

    @Test
    void brokenSurrogates_doNotReadAsAQuestionMark() {
        Set<EmbeddingKey> keys = new HashSet<>();
        for (String text :
                List.of("?", "\uD83D", "\uDC00", "\uD83E", "\uDC00\uD83D", "\uD83D\uDC00")) {
            keys.add(EmbeddingKey.of(PROFILE, text));
        }
        assertThat(keys).hasSize(6);
    }

    @Property
    void differentTexts_haveDifferentKeys(@ForAll String one, @ForAll String other) {
        assertThat(EmbeddingKey.of(PROFILE, one).equals(EmbeddingKey.of(PROFILE, other)))
                .isEqualTo(one.equals(other));
    }

    @Property
    void digest_isReadBack(@ForAll String text) {
        EmbeddingKey key = EmbeddingKey.of(PROFILE, text);
        EmbeddingKey back = EmbeddingKey.ofDigest(key.digest());

        assertThat(back).isEqualTo(key).hasSameHashCodeAs(key).hasToString(key.toString());
    }

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> EmbeddingProfile.of(" ", "m")).hasMessageContaining("provider");
        assertThatThrownBy(() -> EmbeddingProfile.of("p", "")).hasMessageContaining("model");
        assertThatThrownBy(() -> PROFILE.withDimensions(-1)).hasMessageContaining("dimensions");
        assertThatThrownBy(() -> PROFILE.withParameters(Map.of("", "x")))
                .hasMessageContaining("parameter name");
        assertThatThrownBy(() -> key(PROFILE.withRevision("\uD800")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unicode");
        assertThatThrownBy(() -> EmbeddingKey.ofDigest(new byte[31])).hasMessageContaining("31");
        assertThatThrownBy(() -> EmbeddingKey.of(PROFILE, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("text");
    }
}
