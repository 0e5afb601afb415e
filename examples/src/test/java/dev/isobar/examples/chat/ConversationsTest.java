package dev.isobar.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ConversationsTest {

    private static final List<String> ADAPTERS = List.of("a", "b", "c");
    private static final ChatPlan PLAN = ChatPlan.of(4 << 20, 1 << 20);

    @Test
    void next_sameSession_bringsAllThatWasSaidBefore() {
        Map<String, ChatRequest> before = new HashMap<>();
        int turns = 0;
        for (ChatRequest request : draw(500)) {
            ChatRequest last = before.put(request.session(), request);
            if (last != null) {
                turns++;
                assertThat(request.adapter()).isEqualTo(last.adapter());
                assertThat(request.promptTokens()).isGreaterThan(last.tokens().length);
                assertThat(Arrays.copyOf(request.tokens(), last.tokens().length))
                        .isEqualTo(last.tokens());
            }
        }
        assertThat(turns).isGreaterThan(100);
    }

    @Test
    void next_sameAdapter_beginAlike() {
        List<ChatRequest> requests = draw(100);

        int[] greeting = Arrays.copyOf(requests.getFirst().tokens(), PLAN.greetingTokens());
        assertThat(requests)
                .allSatisfy(request ->
                        assertThat(Arrays.copyOf(request.tokens(), greeting.length))
                                .isEqualTo(greeting));
        assertThat(requests).extracting(ChatRequest::adapter).containsAll(ADAPTERS);
    }

    @Test
    void next_twoSources_drawTheSame() {
        assertThat(draw(50).stream().map(request -> Arrays.hashCode(request.tokens())))
                .containsExactlyElementsOf(
                        draw(50).stream()
                                .map(request -> Arrays.hashCode(request.tokens()))
                                .toList());
    }

    @Property(tries = 50)
    void next_anyBudget_fitsIntoThePool(
            @ForAll @LongRange(min = 1 << 19, max = 1 << 28) long kvBytes) {
        ChatPlan plan = ChatPlan.of(kvBytes, 1 << 16);
        var conversations = new Conversations(plan, ADAPTERS, () -> 0);
        int most = plan.mostBlocks() * ChatPlan.SHAPE.tokensPerBlock();

        assertThat(most * ChatPlan.LANES)
                .isLessThanOrEqualTo(plan.blocks() * ChatPlan.SHAPE.tokensPerBlock());
        assertThat(Stream.generate(conversations::next).limit(300))
                .allMatch(request -> request.tokens().length <= most)
                .allMatch(request -> request.answerTokens() > 0);
    }

    private static List<ChatRequest> draw(int count) {
        var conversations = new Conversations(PLAN, ADAPTERS, () -> 0);
        return IntStream.range(0, count).mapToObj(_ -> conversations.next()).toList();
    }
}
