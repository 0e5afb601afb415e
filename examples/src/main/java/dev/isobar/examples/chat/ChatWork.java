package dev.isobar.examples.chat;

import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;

/// What a worker of the chat service does in a turn.
public final class ChatWork {

    private ChatWork() {}

    /// Gives each worker, by its number, what it does in a turn: one request, answered or refused.
    public static IntFunction<Runnable> of(ChatService service, ChatSource source) {
        return _ ->
                () -> {
                    try {
                        service.answer(source.next());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new CancellationException("stopped");
                    }
                };
    }
}
