package dev.isobar.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.examples.corpus.Passage;
import org.junit.jupiter.api.Test;

class ResultCardTest {

    @Test
    void of_passage_countsItsWordsAndFlattensItsText() {
        var card = ResultCard.of(new Passage("a.txt", 7, "The cat saw\n  the dog; the dog ran."));

        assertThat(card)
                .isEqualTo(
                        new ResultCard(
                                "a.txt:7",
                                "the 3, dog 2, cat 1, ran 1, saw 1",
                                "The cat saw the dog; the dog ran."));
    }

    @Test
    void bytes_card_coversItsChars() {
        assertThat(new ResultCard("1234", "56", "789").bytes()).isEqualTo(144 + 9);
    }
}
