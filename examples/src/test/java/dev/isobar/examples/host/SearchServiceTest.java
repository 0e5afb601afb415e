package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.isobar.examples.corpus.Passage;
import dev.isobar.examples.text.HashingEmbeddingModel;
import dev.isobar.examples.text.ResultCard;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchServiceTest {

    private final List<Passage> passages =
            List.of(
                    new Passage("a", 1, "a lock is held by one thread"),
                    new Passage("b", 1, "simmer the onions in butter"),
                    new Passage("c", 1, "one thread holds the lock"),
                    new Passage("d", 1, "add butter to the onions"),
                    new Passage("e", 1, "the thread that holds a lock"));
    private final Cache<Integer, ResultCard> cards = Caffeine.newBuilder().build();
    private final SearchService service =
            new SearchService(passages, new HashingEmbeddingModel(), cards);

    @Test
    void search_query_findsWhatIsLikeIt() {
        List<ResultCard> results = service.search(0, new int[] {1, 2, 3, 4});

        assertThat(results).hasSize(SearchService.RESULTS);
        assertThat(results.subList(0, 2))
                .extracting(ResultCard::heading)
                .containsExactlyInAnyOrder("c:1", "e:1");
    }

    @Test
    void search_results_areKeptAsCards() {
        List<ResultCard> results = service.search(1, new int[] {3});

        assertThat(cards.asMap()).containsOnlyKeys(3).containsValue(results.getFirst());
    }
}
