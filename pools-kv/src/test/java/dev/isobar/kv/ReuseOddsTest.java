package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ReuseOddsTest {

    private static final ReuseOdds.Grid FINE = new ReuseOdds.Grid(16, 16, 57, 1.3);

    private final ReuseOdds odds = new ReuseOdds(FINE);

    private void survived(int kind, int bucket, int blocks) {
        for (int i = 0; i < blocks; i++) {
            odds.survived(kind, bucket);
        }
    }

    @Test
    void classes_tellUsesAndSizesApart_withinBounds() {
        int before = -1;
        for (int uses = 1; uses <= ReuseOdds.MOST_USES; uses++) {
            int kind = odds.classOf(uses, 0);
            assertThat(kind).isGreaterThanOrEqualTo(before).isLessThan(odds.last());
            assertThat(kind == before).isEqualTo(uses > 9 && kind == odds.classOf(uses - 1, 0));
            before = kind;
        }
        assertThat(odds.classOf(1, Integer.MAX_VALUE)).isEqualTo(FINE.sizes() - 1);
        assertThat(odds.classOf(1, 1)).isNotEqualTo(odds.classOf(1, 2));
        assertThat(odds.classOf(1, 4)).isEqualTo(odds.classOf(1, 7));
    }

    /// One in a hundred in each bucket, whatever it was before: the best time to keep a block for is the
    /// rest of its bucket, as the next ones are longer.
    @Test
    void worth_isHitsByTime() {
        int kind = odds.classOf(1, 1);
        for (int bucket = 0; bucket < FINE.buckets(); bucket++) {
            survived(kind, bucket, 990_000);
            for (int i = 0; i < 10_000; i++) {
                odds.reused(kind, bucket);
            }
        }
        odds.learn(1);
        assertThat((double) odds.worth(kind, 1))
                .isCloseTo(0.01 / (75 / 16.0 * 0.995), within(1e-6));
        double width = odds.end(10) - odds.end(9);
        assertThat((double) odds.worth(kind, 10)).isCloseTo(0.01 / (width * 0.995), within(1e-7));
    }

    /// A class that is reused late is worth more when it has grown old: keeping it through the wait costs.
    @Test
    void worth_risesTowardsTheTimeOfReuse() {
        int kind = odds.classOf(1, 1);
        for (int bucket = 0; bucket < 20; bucket++) {
            survived(kind, bucket, 1_000);
        }
        for (int i = 0; i < 900; i++) {
            odds.reused(kind, 20);
        }
        survived(kind, 20, 100);
        odds.learn(1);
        assertThat(odds.worth(kind, 19)).isGreaterThan(odds.worth(kind, 10));
        assertThat(odds.worth(kind, 10)).isGreaterThan(odds.worth(kind, 0));
        assertThat(odds.worth(kind, 20)).isGreaterThan(odds.worth(kind, 21));
    }

    @Test
    void classWithoutCounts_leansOnThoseOfItsUses() {
        for (int bucket = 0; bucket < 10; bucket++) {
            survived(odds.classOf(2, 1), bucket, 1_000);
            survived(odds.classOf(1, 1), bucket, 1_000);
            for (int i = 0; i < 1_000; i++) {
                odds.reused(odds.classOf(2, 1), bucket);
            }
        }
        odds.learn(10);
        assertThat(odds.worth(odds.classOf(2, 100), 3))
                .as("never seen, of a kind that is often reused")
                .isGreaterThan(2 * odds.worth(odds.classOf(1, 100), 3));
    }

    @Test
    void oneCount_movesTheOddsLess_theLargerTheRequestsAre() {
        assertThat(worthAfterOneReuse(1_000)).isLessThan(worthAfterOneReuse(1) / 2);
    }

    private static float worthAfterOneReuse(double blocksPerRequest) {
        var odds = new ReuseOdds(FINE);
        int kind = odds.classOf(1, 1);
        odds.reused(kind, 5);
        odds.learn(blocksPerRequest);
        return odds.worth(kind, 5);
    }

    @Test
    void edges_growByAThird() {
        for (int bucket = 1; bucket < FINE.buckets(); bucket++) {
            assertThat(odds.end(bucket) / odds.end(bucket - 1)).isCloseTo(1.3f, within(1e-4f));
        }
        assertThat(odds.end(0) * ReuseOdds.TICK_MILLIS).isEqualTo(250);
    }

    @Test
    void bucket_isTheOneWhoseEndIsNotReached() {
        for (int age = 0; age < 100_000; age += 7) {
            int bucket = odds.bucket(age);
            assertThat((float) age).isLessThan(odds.end(bucket));
            assertThat(bucket == 0 || odds.end(bucket - 1) <= age).isTrue();
        }
        assertThat(odds.bucket(Integer.MAX_VALUE)).isEqualTo(odds.buckets() - 1);
    }

    /// Long before a float cannot count any more.
    @Test
    void counts_areHalvedInTime_andTheOddsStay() {
        int kind = odds.classOf(1, 1);
        for (int i = 0; i < 5_000_000; i++) {
            odds.survived(kind, 1);
            if (i % 100 == 0) {
                odds.reused(kind, 1);
            }
        }
        odds.learn(1);
        assertThat((double) odds.worth(kind, 1)).isCloseTo(0.01 / (75 / 16.0), within(1e-4));
    }

    @Test
    void key_lessWorthFirst_thenTheOldest_unlessTheyGrowMoreValuable() {
        int kind = odds.classOf(1, 1);
        assertThat(odds.key(kind, 100, 50)).isLessThan(odds.key(kind, 100, 51));
        for (int bucket = 0; bucket < 20; bucket++) {
            survived(kind, bucket, 1_000);
        }
        for (int i = 0; i < 900; i++) {
            odds.reused(kind, 20);
        }
        odds.learn(1);
        int aged = (int) odds.end(18);
        assertThat(odds.key(kind, aged + 10, 8)).isGreaterThan(odds.key(kind, aged + 10, 9));
        assertThat(odds.key(kind, aged + 10, 8)).isGreaterThan(odds.key(kind, aged + 10, aged));
    }
}
