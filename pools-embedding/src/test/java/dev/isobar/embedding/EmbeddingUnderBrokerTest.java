package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.Decision;
import dev.isobar.broker.PressureBroker;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The pool under a real broker.
class EmbeddingUnderBrokerTest {

    @Test
    void fullPool_isRelievedToTheAim_andGoesOnServing() throws Exception {
        EmbeddingPool pool = EmbeddingPool.ofBytes(1000L * 4 * FakeModel.DIMENSIONS);
        List<String> texts = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        try (PressureBroker broker = PressureBroker.builder(BrokerConfig.defaults()).build()) {
            broker.register(pool);
            pool.embedAll(FakeModel.PROFILE, texts, new FakeModel());
            assertThat(pool.stats().pressure()).isEqualTo(1.0);
            Decision decision = broker.relieve();

            assertThat(decision.sourcesActed()).containsExactly("embedding-cache");
            assertThat(pool.stats().pressure()).isLessThanOrEqualTo(0.60);
            assertThat(pool.usedBytes()).isEqualTo(pool.memory().usedBytes());
            EmbeddedBatch again =
                    pool.embedAll(FakeModel.PROFILE, texts.subList(0, 400), FakeModel::vectorsOf);
            assertThat(again.vectors().get(399)).isEqualTo(FakeModel.vectorOf("399"));
        }
        EmbeddingPoolTest.closeAndCheck(pool);
    }
}
