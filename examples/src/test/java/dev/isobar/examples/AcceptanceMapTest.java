package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every row of `docs/acceptance/*.md` names tests that exist, or says why it has none.
class AcceptanceMapTest {
    @TempDir Path root;

    @Test
    void maps_nameOnlyTestsThatExist() throws IOException {
        assertThat(AcceptanceMap.of(Repository.root()).problems()).isEmpty();
    }

    @Test
    void row_withAnExistingTest_passes() throws IOException {
        test(
                "pool-core/src/test/java/dev/isobar/pool/EvictionTest.java",
                "void lru_evictsOldest() {}");
        assertThat(problems("`EvictionTest#lru_evictsOldest`")).isEmpty();
        assertThat(problems("`dev.isobar.pool.EvictionTest#lru_evictsOldest`")).isEmpty();
    }

    @Test
    void row_withAStressTest_passes() throws IOException {
        test(
                "pool-core/src/jcstress/java/dev/isobar/pool/PinStress.java",
                "public void one(Z_Result r) {}");
        assertThat(problems("`PinStress#one`")).isEmpty();
    }

    @Test
    void row_withSeveralTests_needsAll() throws IOException {
        test("pool-core/src/test/java/dev/isobar/pool/EvictionTest.java", "void lru() {}");
        assertThat(problems("`EvictionTest#lru`, `EvictionTest#gone`"))
                .singleElement()
                .asString()
                .contains("map.md:5", "EvictionTest#gone");
    }

    @Test
    void row_thatOnlyCallsTheMethod_isAProblem() throws IOException {
        test(
                "pool-core/src/test/java/dev/isobar/pool/EvictionTest.java",
                "void a() { lru(); return lru(); } // void lru() was here");
        assertThat(problems("`EvictionTest#lru`")).hasSize(1);
    }

    @Test
    void row_withTheWrongPackage_isAProblem() throws IOException {
        test("pool-core/src/test/java/dev/isobar/pool/EvictionTest.java", "void lru() {}");
        assertThat(problems("`dev.isobar.kv.EvictionTest#lru`")).hasSize(1);
    }

    @Test
    void row_withoutTest_needsAReason() throws IOException {
        assertThat(problems("")).hasSize(1);
        assertThat(problems("by hand")).hasSize(1);
        assertThat(problems("not applicable:")).hasSize(1);
        assertThat(problems("superseded: the broker retries instead")).isEmpty();
        assertThat(problems("not applicable: there is no GPU here")).isEmpty();
    }

    @Test
    void tableWithoutRows_isFine() throws IOException {
        Files.createDirectories(root.resolve("docs/acceptance"));
        assertThatCode(() -> AcceptanceMap.of(root).problems()).doesNotThrowAnyException();
    }

    private List<String> problems(String lastCell) throws IOException {
        Path maps = Files.createDirectories(root.resolve("docs/acceptance"));
        Files.writeString(
                maps.resolve("map.md"),
                """
                # Map

                | what | test |
                |---|---|
                | a thing with \\| in it | %s |

                `EvictionTest#outside` of a table does not count.
                """
                        .formatted(lastCell));
        return AcceptanceMap.of(root).problems();
    }

    private void test(String path, String body) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "package dev.isobar.pool;\n\nclass Some {\n    " + body + "\n}\n");
    }
}
