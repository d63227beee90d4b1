package dev.perennial.websocket;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages of one connection as they were received: transforms them, answers control
 * messages, and puts all others into the queue. Used by the reader thread only.
 *
 * <p>A control message does not wait for the consumer's turn, since a server that asks "are you
 * there?" means the connection. Until the connection is open it does, so that the handler is never
 * called by two threads, and in order.
 */
final class MessageIntake {
  // Null for none.
  private final PayloadTransform.@Nullable Step transform;
  private final @Nullable Function<? super Payload, Payload.Kind> kinds;
  private final @Nullable Function<? super Payload, @Nullable String> epochs;
  private final @Nullable ControlHandler answers;

  private final InboundQueue inbound;
  private final WebSocketSender out;
  private final String endpoint;
  private final Made made = new Made();

  MessageIntake(
      WebSocketOptions options, InboundQueue inbound, FrameSender outbound, String endpoint) {
    MessageHandling handling = options.messages();
    PayloadTransform chosen = handling.transform();
    this.transform = chosen == null ? null : chosen.begin(options.maxMessageBytes());
    this.kinds = handling.kindOf();
    this.epochs = handling.epoch();
    this.answers = options.onControl();
    this.inbound = inbound;
    this.endpoint = endpoint;
    this.out = WebSocketSender.of(outbound);
  }

  /** Collects what the transform makes of a message. */
  private static final class Made implements PayloadTransform.Output {
    private final Queue<Message> messages = new ArrayDeque<>();

    @Override
    public void text(byte[] utf8) {
      messages.add(new Message(utf8, /* isBinary= */ false));
    }

    @Override
    public void binary(byte[] bytes) {
      messages.add(Message.binary(bytes));
    }
  }

  /**
   * Takes a message; returns what became of it, or of the last one that it was parted into.
   *
   * @throws IOException to end the connection: a limit is exceeded
   */
  InboundQueue.Outcome take(Message message) throws IOException, InterruptedException {
    if (transform == null) {
      return put(message);
    }
    made.messages.clear();
    try {
      transform.apply(message, made);
    } catch (TransportException e) {
      throw e.reason() == Reason.LIMIT
          ? FrameException.tooLarge(String.valueOf(e.getMessage()))
          : e;
    } catch (IOException | RuntimeException e) {
      return inbound.put(message.defective(new IOException("its transform threw " + e, e)));
    }
    if (made.messages.isEmpty()) {
      inbound.putHeartbeat();
    }
    InboundQueue.Outcome outcome = InboundQueue.Outcome.ACCEPTED;
    for (Message one = made.messages.poll();
        one != null && outcome == InboundQueue.Outcome.ACCEPTED;
        one = made.messages.poll()) {
      outcome = put(one);
    }
    return outcome;
  }

  private InboundQueue.Outcome put(Message message) throws InterruptedException {
    if (answers == null || kinds == null) {
      return inbound.put(message);
    }
    Message classified = message.classifiedAs(kindOf(message, kinds));
    InboundQueue.Outcome outcome = inbound.put(classified);
    if (outcome != InboundQueue.Outcome.TO_ANSWER) {
      return outcome;
    }
    IOException failure = answer(message, answers);
    if (namesEpoch(message)) { // Also if the connection ends with it: the next one is of the epoch.
      outcome = inbound.put(classified.answered());
    } else {
      outcome = InboundQueue.Outcome.ACCEPTED;
    }
    if (failure != null) {
      inbound.end(failure);
      return InboundQueue.Outcome.CLOSED;
    }
    return outcome;
  }

  /** Returns how the connection ends because the handler threw; null if it did not. */
  private @Nullable IOException answer(Message message, ControlHandler handler) {
    try {
      handler.onControl(out, message);
      return null;
    } catch (Throwable thrown) { // The subscription meets it, as if it had called the handler.
      return HandlerFailure.of("onControl", thrown, endpoint);
    }
  }

  /** Returns null if the classifier threw: the subscription asks again, and reports that. */
  private static Payload.@Nullable Kind kindOf(
      Message message, Function<? super Payload, Payload.Kind> kinds) {
    try {
      return kinds.apply(message);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Whether the subscription has to see a message that is answered already. */
  private boolean namesEpoch(Message message) {
    try {
      return epochs != null && epochs.apply(message) != null;
    } catch (RuntimeException e) {
      return true;
    }
  }
}
