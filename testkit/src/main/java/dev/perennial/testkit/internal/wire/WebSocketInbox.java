package dev.perennial.testkit.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testkit.ReceivedMessage;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.testkit.internal.RealTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the client of one WebSocket sends: answers pings and the close frame, and records the
 * messages. A client that breaks the protocol gets a close frame with the reason.
 */
final class WebSocketInbox {

  private static final int LARGEST_CONTROL_BYTES = 125;

  private final int connection;
  private final WebSocketFrameWriter writer;
  private final WebSocketTally tally;
  private final boolean answersPings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private @Nullable String firstText; // null until a text message came

  // Guarded by lock.
  private boolean over;

  // Confined to the reading thread.
  private @Nullable ByteArrayOutputStream message; // null between messages
  private boolean binary;

  WebSocketInbox(
      int connection, WebSocketFrameWriter writer, WebSocketTally tally, boolean answersPings) {
    this.connection = connection;
    this.writer = writer;
    this.tally = tally;
    this.answersPings = answersPings;
  }

  /** Reads until the client's close frame, a violation of the protocol, or the end. */
  void read(InputStream input) throws IOException {
    WebSocketFrameReader frames = new WebSocketFrameReader(input);
    try {
      boolean open = true;
      while (open) {
        WebSocketFrame frame = frames.read();
        open = frame != null && take(frame);
      }
      end();
    } catch (WebSocketViolationException e) {
      writer.send(WebSocketFrame.close(e.closeCode(), String.valueOf(e.getMessage())));
    }
  }

  /** Ends all waits: no close frame will come any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the client's close frame or the end, for at most a time. */
  void awaitEnd(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = RealTime.nanosOf(limit);
      while (!over && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first text message that is not a ping or pong; null when there is none. */
  @Nullable String awaitFirstText(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = RealTime.nanosOf(limit);
      while (!over && firstText == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return firstText;
    } finally {
      lock.unlock();
    }
  }

  /** Processes one frame; returns false when it is the last. */
  private boolean take(WebSocketFrame frame) throws IOException {
    requireAllowed(frame);
    switch (frame.opcode()) {
      case WebSocketFrame.CLOSE -> {
        tally.closeCodes().add(frame.closeCode());
        writer.send(
            frame.payload().length < 2
                ? WebSocketFrame.close()
                : WebSocketFrame.close(frame.closeCode(), ""));
        return false;
      }
      case WebSocketFrame.PING -> {
        tally.pings().incrementAndGet();
        if (answersPings) {
          writer.send(WebSocketFrame.of(WebSocketFrame.PONG, frame.payload()));
        }
      }
      case WebSocketFrame.PONG -> tally.pongs().incrementAndGet();
      default -> assemble(frame);
    }
    return true;
  }

  private static void requireAllowed(WebSocketFrame frame) throws WebSocketViolationException {
    boolean isControl = frame.opcode() >= WebSocketFrame.CLOSE;
    int size = frame.payload().length;
    boolean isKnown =
        frame.opcode() <= WebSocketFrame.BINARY
            || (isControl && frame.opcode() <= WebSocketFrame.PONG);
    boolean isWhole = !isControl || (frame.isFinal() && size <= LARGEST_CONTROL_BYTES);
    if (!isKnown || !isWhole || frame.rsv() != 0) {
      throw new WebSocketViolationException(
          1002,
          "Expected a frame of RFC 6455 but was one of opcode "
              + (frame.opcode() + ", rsv " + frame.rsv() + " and " + size + " bytes"));
    }
  }

  private void assemble(WebSocketFrame fragment) throws IOException {
    boolean isContinuation = fragment.opcode() == WebSocketFrame.CONTINUATION;
    if (message == null) {
      if (isContinuation) {
        throw new WebSocketViolationException(1002, "Expected a new message but was a later part");
      }
      message = new ByteArrayOutputStream();
      binary = fragment.opcode() == WebSocketFrame.BINARY;
    } else if (!isContinuation) {
      throw new WebSocketViolationException(1002, "Expected a later part but was a new message");
    }
    message.writeBytes(fragment.payload());
    if (message.size() > WebSocketFrameReader.MOST_BYTES) {
      throw new WebSocketViolationException(
          1009,
          "Expected a message up to " + WebSocketFrameReader.MOST_BYTES + " bytes but it has more");
    }
    if (fragment.isFinal()) {
      byte[] payload = message.toByteArray();
      message = null;
      received(payload);
    }
  }

  private void received(byte[] payload) throws IOException {
    if (binary) {
      tally.messages().add(new ReceivedMessage(connection, true, payload));
      return;
    }
    String text = decoded(payload);
    JsonNode ping = ClientJson.onlyMember(text, "ping");
    if (ping != null) {
      tally.pingMessages().incrementAndGet();
      if (answersPings) {
        writer.send(WebSocketFrame.text("{\"pong\":" + ping + "}"));
      }
    } else if (ClientJson.onlyMember(text, "pong") != null) {
      tally.pongMessages().incrementAndGet();
    } else {
      tally.messages().add(new ReceivedMessage(connection, false, payload));
      offerFirst(text);
    }
  }

  private static String decoded(byte[] payload) throws WebSocketViolationException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      throw new WebSocketViolationException(1007, "Expected text in UTF-8 but it was malformed");
    }
  }

  private void offerFirst(String text) {
    lock.lock();
    try {
      if (firstText == null) {
        firstText = text;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
