package dev.perennial.websocket;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait to be sent on one connection, and their order: pong, ping, messages, close.
 * Not thread-safe; {@link FrameSender}, which explains the states, guards it with its lock.
 */
final class OutboundQueue {
  /** Bounds empty messages, which have no bytes to count. */
  static final int MAX_MESSAGES = 64 * 1024;

  /** The result of adding a frame. */
  enum Outcome {
    /** The frame will be sent unless the connection ends before. */
    ACCEPTED,
    /** With this message, more than the limit would wait. */
    FULL,
    /** The connection is closing or has ended. */
    CLOSED
  }

  /** A frame that is ready to be written. */
  @FunctionalInterface
  interface Frame {
    void writeTo(FrameWriter writer) throws IOException;
  }

  private enum State {
    OPEN,
    CLOSING,
    CLOSE_TAKEN,
    ENDED
  }

  private final long maxBytes;
  private State state = State.OPEN;
  private final ArrayDeque<Message> messages = new ArrayDeque<>();

  /** Messages that follow when {@link #sendHeld} is called. */
  private final ArrayDeque<Message> held = new ArrayDeque<>();

  private boolean isHolding;

  /** The bytes of all messages that wait. */
  private long waitingBytes;

  /** The bytes of the message that was taken last; 0 if that was another frame. */
  private int takenBytes;

  /** Null if none waits. */
  private @Nullable Frame pong;

  /** Null if none waits. */
  private @Nullable Frame ping;

  /** Null unless the state is CLOSING or CLOSE_TAKEN. */
  private @Nullable Frame close;

  OutboundQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  // ---- Adding ----

  /** Adds a message after all others. It waits for {@link #sendHeld} if messages are held. */
  Outcome add(Message message) {
    return addTo(isHolding ? held : messages, message);
  }

  /** Adds a message ahead of those that are held. */
  Outcome addAhead(Message message) {
    return addTo(messages, message);
  }

  private Outcome addTo(ArrayDeque<Message> queue, Message message) {
    if (state != State.OPEN) {
      return Outcome.CLOSED;
    }
    if (message.length() > maxBytes - bytes() || messages.size() + held.size() >= MAX_MESSAGES) {
      return Outcome.FULL;
    }
    queue.add(message);
    waitingBytes += message.length();
    return Outcome.ACCEPTED;
  }

  /** From now on accepts messages of {@link #add} but does not return them from {@link #next}. */
  void hold() {
    isHolding = true;
  }

  /** Moves the messages that were held to the others, and holds no more. */
  Outcome sendHeld() {
    isHolding = false;
    messages.addAll(held);
    held.clear();
    return state == State.OPEN ? Outcome.ACCEPTED : Outcome.CLOSED;
  }

  /**
   * Adds a pong in place of one that waits: RFC 6455, 5.5.3 requires no more than the answer to the
   * latest ping, and a flood of pings cannot fill the queue.
   */
  Outcome pong(byte[] payload) {
    if (!acceptsControlFrames()) {
      return Outcome.CLOSED;
    }
    pong = writer -> writer.pong(payload);
    return Outcome.ACCEPTED;
  }

  /** Adds a ping in place of one that waits. */
  Outcome ping(byte[] payload) {
    if (!acceptsControlFrames()) {
      return Outcome.CLOSED;
    }
    ping = writer -> writer.ping(payload);
    return Outcome.ACCEPTED;
  }

  private boolean acceptsControlFrames() {
    return state == State.OPEN || state == State.CLOSING;
  }

  // ---- Transitions ----

  /**
   * OPEN -> CLOSING: {@code frame} follows what waits. Messages that are held are dropped, since
   * the ones that should have gone ahead of them did not come.
   */
  Outcome close(CloseFrame frame) {
    if (state != State.OPEN) {
      return Outcome.CLOSED;
    }
    dropHeld();
    return beginClosing(frame);
  }

  /** OPEN or CLOSING -> CLOSING: {@code frame} replaces everything that waits. */
  Outcome closeNow(CloseFrame frame) {
    if (!acceptsControlFrames()) {
      return Outcome.CLOSED;
    }
    dropAll();
    return beginClosing(frame);
  }

  private Outcome beginClosing(CloseFrame frame) {
    close = writer -> writer.close(frame);
    state = State.CLOSING;
    return Outcome.ACCEPTED;
  }

  /**
   * Takes the frame to write next; null if none waits. The one before counts as written then.
   * CLOSING -> CLOSE_TAKEN when only the close frame is left.
   */
  @Nullable Frame next() {
    takenBytes = 0;
    Frame next = null;
    if (pong != null) {
      next = pong;
      pong = null;
    } else if (ping != null) {
      next = ping;
      ping = null;
    } else if (!messages.isEmpty()) {
      Message message = messages.remove();
      takenBytes = message.length();
      waitingBytes -= takenBytes;
      next = writer -> writer.message(message);
    } else if (state == State.CLOSING) {
      next = close;
      state = State.CLOSE_TAKEN;
    }
    return next;
  }

  /** Whether {@link #next} would return a frame. */
  boolean hasNext() {
    return pong != null || ping != null || !messages.isEmpty() || state == State.CLOSING;
  }

  /** Any state -> ENDED: drops everything. Returns whether it had not ended before. */
  boolean end() {
    boolean isFirst = state != State.ENDED;
    dropAll();
    takenBytes = 0;
    close = null;
    state = State.ENDED;
    return isFirst;
  }

  // ---- What it holds ----

  /** Whether the close frame was taken, after which nothing may be written. */
  boolean isCloseTaken() {
    return state == State.CLOSE_TAKEN;
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  /** The bytes of the messages that wait, and of the one that is being written. */
  long bytes() {
    return waitingBytes + takenBytes;
  }

  private void dropHeld() {
    for (Message message : held) {
      waitingBytes -= message.length();
    }
    held.clear();
  }

  private void dropAll() {
    messages.clear();
    held.clear();
    waitingBytes = 0;
    ping = null;
    pong = null;
  }
}
