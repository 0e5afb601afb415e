package dev.isobar.examples.host;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.Resource;
import dev.isobar.examples.text.HashingEmbeddingModel;
import dev.isobar.pool.*;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.List;

final class TempEmbedding extends AbstractModule implements EmbeddingModel {
    final ValuePool<String, float[]> pool;

    TempEmbedding(long limit) {
        pool =
                new ValuePool<>(
                        PoolConfig.<String, float[]>builder("embedding-cache")
                                .resource(Resource.HOST)
                                .limitBytes(limit)
                                .sizer(v -> v.length * 4L)
                                .build());
    }

    @Override
    protected void configure() {
        bind(EmbeddingModel.class).toInstance(this);
        Multibinder.newSetBinder(binder(), PressureSource.class).addBinding().toInstance(pool);
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return Response.from(segments.stream().map(s -> one(s.text())).toList());
    }

    private Embedding one(String text) {
        try {
            return Embedding.from(pool.get(text, HashingEmbeddingModel::vector));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    CacheFigures figures() {
        var s = pool.stats();
        return new CacheFigures(s.hits() + s.misses() + s.sharedLoads(), s.hits(), s.evictions());
    }

    long usedBytes() {
        return pool.usedBytes();
    }

    void close() {
        pool.close();
    }
}
