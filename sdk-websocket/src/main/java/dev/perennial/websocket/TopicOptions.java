package dev.perennial.websocket;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options of the topics of a shared socket. A value.
 *
 * @param subscribe makes the message that subscribes to a topic, from the topic and the cursor
 * @param unsubscribe makes the message that ends that; null to send none
 * @param canResume whether the cursor reaches the server
 * @param maxMessages how many messages of a topic may wait for its consumer
 * @param maxBytes how many bytes they may have in all
 */
record TopicOptions(
    BiFunction<String, @Nullable String, String> subscribe,
    @Nullable Function<String, String> unsubscribe,
    boolean canResume,
    int maxMessages,
    int maxBytes) {
  static final String NO_WAY = "needs a way to the server: resume(…) of the shared socket";
}
