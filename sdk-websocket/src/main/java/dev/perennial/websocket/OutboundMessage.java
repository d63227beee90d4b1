package dev.perennial.websocket;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message on its way out, and who wants to know what becomes of it. */
final class OutboundMessage {
  private final Message message;

  /** Null if that is not asked for, or was reported. */
  private final AtomicReference<@Nullable Consumer<? super MessageFate>> afterwards;

  OutboundMessage(Message message, @Nullable Consumer<? super MessageFate> afterwards) {
    this.message = message;
    this.afterwards = new AtomicReference<>(afterwards);
  }

  int length() {
    return message.length();
  }

  /** Writes a part of it as one frame, and reports when it was the last one or failed. */
  void write(FrameWriter writer, int from, int count) throws IOException {
    MessageFate fate = MessageFate.UNKNOWN;
    try {
      writer.message(message, from, count);
      fate = MessageFate.WRITTEN;
    } finally {
      if (fate == MessageFate.UNKNOWN || from + count == length()) {
        end(fate);
      }
    }
  }

  /** Reports what became of it. Only the first call counts. Called without a lock. */
  void end(MessageFate fate) {
    Consumer<? super MessageFate> waiting = afterwards.getAndSet(null);
    if (waiting != null) {
      report(waiting, fate);
    }
  }

  private static void report(Consumer<? super MessageFate> waiting, MessageFate fate) {
    ForeignCalls.run(() -> waiting.accept(fate));
  }
}
