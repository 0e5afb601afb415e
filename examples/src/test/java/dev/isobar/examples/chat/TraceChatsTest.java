package dev.isobar.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.examples.replay.KvTrace;
import dev.isobar.examples.replay.KvTrace.Request;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceChatsTest {

    private static final int PER_BLOCK = ChatPlan.SHAPE.tokensPerBlock();

    private final KvTrace trace =
            new KvTrace(
                    "t.jsonl",
                    List.of(
                            new Request(0, new long[] {0, 1, 2}),
                            new Request(1, new long[] {0, 1, 3}),
                            new Request(2, new long[] {0})));
    private final TraceChats chats = new TraceChats(trace, List.of("a", "b"));

    @Test
    void next_oneBlockForEachId_andOneForTheAnswer() {
        ChatRequest first = chats.next();
        ChatRequest second = chats.next();
        ChatRequest third = chats.next();

        assertThat(first.promptTokens()).isEqualTo(3 * PER_BLOCK);
        assertThat(first.answerTokens()).isEqualTo(PER_BLOCK);
        assertThat(block(second, 1)).isEqualTo(block(first, 1)).isNotEqualTo(block(first, 0));
        assertThat(block(second, 2)).isNotEqualTo(block(first, 2));
        assertThat(block(third, 0)).isEqualTo(block(first, 0));
        assertThat(block(second, 3)).as("answers differ").isNotEqualTo(block(first, 3));
        assertThat(second.adapter()).isEqualTo(first.adapter());
    }

    @Test
    void next_afterTheLast_beginsAgain() {
        ChatRequest first = chats.next();
        chats.next();
        chats.next();
        ChatRequest again = chats.next();

        assertThat(block(again, 2)).isEqualTo(block(first, 2));
        assertThat(again.session()).isNotEqualTo(first.session());
    }

    @Test
    void newBlocks_countsDistinctOnesAndTheAnswer() {
        assertThat(chats.newBlocks()).isEqualTo(1 + 4 / 3.0);
    }

    private static int[] block(ChatRequest request, int at) {
        return Arrays.copyOfRange(request.tokens(), at * PER_BLOCK, (at + 1) * PER_BLOCK);
    }
}
