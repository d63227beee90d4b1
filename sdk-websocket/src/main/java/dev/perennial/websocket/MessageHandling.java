package dev.perennial.websocket;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a message before it waits for the consumer. A value.
 *
 * @param transform changes it, or parts it into several; null for none
 * @param kindOf finds control messages; null if none are looked for
 * @param epoch finds the epoch that it names; null if epochs are not followed
 * @param settings what the server says about the connection; null if it says nothing
 */
record MessageHandling(
    @Nullable PayloadTransform transform,
    @Nullable Function<? super Payload, Payload.Kind> kindOf,
    @Nullable Function<? super Payload, @Nullable String> epoch,
    @Nullable WebSocketSettings settings) {
  static final MessageHandling NONE = new MessageHandling(null, null, null, null);
}
