package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ReuseOddsTest {

    private final ReuseOdds odds = new ReuseOdds();

    @Test
    void classes_tellUsesAndSizesApart_withinBounds() {
        int before = -1;
        for (int uses = 1; uses <= ReuseOdds.MOST_USES; uses++) {
            int kind = ReuseOdds.classOf(uses, 0);
            assertThat(kind).isGreaterThanOrEqualTo(before).isLessThan(ReuseOdds.LAST);
            assertThat(kind == before)
                    .isEqualTo(uses > 9 && kind == ReuseOdds.classOf(uses - 1, 0));
            before = kind;
        }
        assertThat(ReuseOdds.classOf(1, Integer.MAX_VALUE)).isEqualTo(ReuseOdds.SIZES - 1);
        assertThat(ReuseOdds.classOf(1, 1)).isNotEqualTo(ReuseOdds.classOf(1, 2));
        assertThat(ReuseOdds.classOf(1, 4)).isEqualTo(ReuseOdds.classOf(1, 7));
    }

    /// One in a hundred in each bucket, whatever it was before: the best time to keep a block for is the
    /// rest of its bucket, as the next ones are longer.
    @Test
    void worth_isHitsByTime() {
        int kind = ReuseOdds.classOf(1, 1);
        for (int bucket = 0; bucket < ReuseOdds.BUCKETS; bucket++) {
            odds.survived(kind, bucket, 990_000);
            for (int i = 0; i < 10_000; i++) {
                odds.reused(kind, bucket);
            }
        }
        odds.learn(1);
        assertThat((double) odds.worth(kind, 1)).isCloseTo(0.01 / (75 * 0.995), within(1e-7));
        double width = odds.end(10) - odds.end(9);
        assertThat((double) odds.worth(kind, 10)).isCloseTo(0.01 / (width * 0.995), within(1e-8));
    }

    /// A class that is reused late is worth more when it has grown old: keeping it through the wait costs.
    @Test
    void worth_risesTowardsTheTimeOfReuse() {
        int kind = ReuseOdds.classOf(1, 1);
        for (int bucket = 0; bucket < 20; bucket++) {
            odds.survived(kind, bucket, 1_000);
        }
        for (int i = 0; i < 900; i++) {
            odds.reused(kind, 20);
        }
        odds.survived(kind, 20, 100);
        odds.learn(1);
        assertThat(odds.worth(kind, 19)).isGreaterThan(odds.worth(kind, 10));
        assertThat(odds.worth(kind, 10)).isGreaterThan(odds.worth(kind, 0));
        assertThat(odds.worth(kind, 20)).isGreaterThan(odds.worth(kind, 21));
    }

    @Test
    void classWithoutCounts_leansOnThoseOfItsUses() {
        for (int bucket = 0; bucket < 10; bucket++) {
            odds.survived(ReuseOdds.classOf(2, 1), bucket, 1_000);
            odds.survived(ReuseOdds.classOf(1, 1), bucket, 1_000);
            for (int i = 0; i < 1_000; i++) {
                odds.reused(ReuseOdds.classOf(2, 1), bucket);
            }
        }
        odds.learn(10);
        assertThat(odds.worth(ReuseOdds.classOf(2, 100), 3))
                .as("never seen, of a kind that is often reused")
                .isGreaterThan(2 * odds.worth(ReuseOdds.classOf(1, 100), 3));
    }

    @Test
    void oneCount_movesTheOddsLess_theLargerTheRequestsAre() {
        assertThat(worthAfterOneReuse(1_000)).isLessThan(worthAfterOneReuse(1) / 2);
    }

    private static float worthAfterOneReuse(double blocksPerRequest) {
        var odds = new ReuseOdds();
        int kind = ReuseOdds.classOf(1, 1);
        odds.reused(kind, 5);
        odds.learn(blocksPerRequest);
        return odds.worth(kind, 5);
    }

    @Test
    void edges_growByAThird() {
        for (int bucket = 1; bucket < ReuseOdds.BUCKETS; bucket++) {
            assertThat(odds.end(bucket) / odds.end(bucket - 1)).isCloseTo(1.3, within(1e-9));
        }
        assertThat(odds.end(0)).isEqualTo(250);
    }
}
