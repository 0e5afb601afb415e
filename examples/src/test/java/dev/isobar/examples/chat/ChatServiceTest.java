package dev.isobar.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.isobar.kv.KvPool;
import dev.isobar.lora.LoraPool;
import dev.isobar.memory.HostSpace;
import dev.isobar.pool.PoolStats;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatServiceTest {

    private static final ChatPlan PLAN = ChatPlan.of(1 << 20, 1 << 18);

    private final HostSpace space = HostSpace.of("test", 16 << 20);
    private AdapterShelf shelf;
    private ChatService service;
    private ChatClaims claims;
    private KvPool kv;
    private LoraPool lora;

    @BeforeEach
    void start() throws IOException {
        shelf = AdapterShelf.made(PLAN);
        Injector injector = Guice.createInjector(new ChatModule(PLAN, shelf, space, 1e9));
        service = injector.getInstance(ChatService.class);
        claims = injector.getInstance(ChatClaims.class);
        kv = injector.getInstance(KvPool.class);
        lora = injector.getInstance(LoraPool.class);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        claims.close();
        kv.close();
        lora.close();
        assertThat(kv.usage().usedBytes()).isZero();
        assertThat(lora.stats().tiers()).allMatch(tier -> tier.usedBytes() == 0);
        assertThat(space.usedBytes()).isZero();
        space.close();
        shelf.close();
    }

    @Test
    void answer_nextTurn_findsWhatTheLastOneLeft() throws Exception {
        int[] tokens = IntStream.range(0, 160).toArray();
        service.answer(new ChatRequest("one", "adapter-00", tokens, 64));
        assertThat(kv.stats().hitTokens()).isZero();

        service.answer(new ChatRequest("one", "adapter-00", tokens, 150));
        assertThat(kv.stats().hitTokens()).isEqualTo(144);

        service.answer(new ChatRequest("two", "adapter-01", tokens, 150));
        assertThat(kv.stats().hitTokens()).as("another adapter, other bytes").isEqualTo(144);

        ChatFigures figures = service.figures();
        assertThat(figures.answered()).isEqualTo(3);
        assertThat(figures.wrongTokens()).isZero();
        assertThat(figures.comparedBytes()).isEqualTo(3 * 160 * 1024);
        assertThat(figures.writtenBytes()).isEqualTo((160 + 16 + 160) * 1024);
    }

    @Test
    void answer_tooLong_isRefusedAtOnce_andNothingIsHeld() throws Exception {
        int[] tokens = new int[PLAN.blocks() * 16 + 1];
        service.answer(new ChatRequest("one", "adapter-00", tokens, 64));

        assertThat(service.figures().tooLong()).isEqualTo(1);
        assertThat(service.figures().answered()).isZero();
        assertThat(kv.stats().openSequences()).isZero();
        assertThat(lora.active()).isEmpty();
    }

    @Test
    void answer_closed_isInterrupted() {
        claims.close();

        assertThatThrownBy(
                        () -> service.answer(new ChatRequest("one", "adapter-00", new int[32], 16)))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("the service is closed");
    }

    /// More than fits of both: whoever is admitted has room, and no byte is mixed up.
    @Test
    void answer_manyAtOnce_admittedRequestsHaveRoom() throws Exception {
        List<String> names = List.copyOf(shelf.adapters().keySet());
        var source = new Conversations(PLAN, names, () -> 0);
        Callable<Void> worker =
                () -> {
                    for (int turn = 0; turn < 60; turn++) {
                        service.answer(source.next());
                    }
                    return null;
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(6, worker))) {
                done.get();
            }
        }

        ChatFigures figures = service.figures();
        assertThat(figures.answered() + figures.overloaded()).isEqualTo(360);
        assertThat(figures.tooLong()).isZero();
        assertThat(figures.wrongTokens()).isZero();
        assertThat(figures.admission().holders()).isEmpty();
        assertThat(kv.stats().evictedForRoom()).isPositive();
        assertThat(lora.stats().tiers().stream().mapToLong(PoolStats::evictions).sum())
                .isPositive();
        kv.checkInvariants();
    }
}
