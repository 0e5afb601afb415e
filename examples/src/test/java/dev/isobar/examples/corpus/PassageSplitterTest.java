package dev.isobar.examples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PassageSplitterTest {

    private static final PassageSplitter SPLITTER = new PassageSplitter(10, 24);

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("a", "word", " ", "\n", "\n\n", "\t", "ä", "😀", "x.y", "longerword")
                .list()
                .ofMaxSize(200)
                .map(pieces -> String.join("", pieces));
    }

    @Property
    void split_anyText_losesNothing(@ForAll("texts") String text) {
        assertThat(String.join("", SPLITTER.split(text))).isEqualTo(text);
    }

    @Property
    void split_anyText_keepsTheSizes(@ForAll("texts") String text) {
        List<String> passages = SPLITTER.split(text);

        if (text.length() >= SPLITTER.minChars()) {
            assertThat(passages)
                    .allSatisfy(passage ->
                            assertThat(passage.length())
                                    .isBetween(SPLITTER.minChars(), SPLITTER.maxChars()));
        } else {
            assertThat(passages).hasSize(text.isEmpty() ? 0 : 1);
        }
    }

    @Property
    void split_anyText_keepsSurrogatePairsTogether(@ForAll("texts") String text) {
        assertThat(SPLITTER.split(text))
                .noneMatch(passage -> Character.isLowSurrogate(passage.charAt(0)));
    }

    @Test
    void split_blankLineInReach_cutsThere() {
        assertThat(SPLITTER.split("one two\nthree\n\nfour\nfive\nsix seven"))
                .containsExactly("one two\nthree\n\n", "four\nfive\nsix seven");
    }

    @Test
    void split_noBlankLine_cutsAfterTheLastLineThatFits() {
        assertThat(SPLITTER.split("one two three\nfour\nfive six seven eight"))
                .containsExactly("one two three\nfour\n", "five six seven eight");
    }

    @Test
    void split_oneLongWord_cutsInTheMiddle() {
        assertThat(SPLITTER.split("x".repeat(40))).containsExactly("x".repeat(24), "x".repeat(16));
    }

    @Test
    void construct_sizesThatLeaveNoLegalCut_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PassageSplitter(10, 19))
                .withMessageContaining("minChars=10, maxChars=19");
    }
}
