package dev.perennial.websocket;

import dev.perennial.websocket.FrameSender.Outcome;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait to be sent, and their order: pong, ping, messages, close. Not safe for use
 * by several threads: its owner has a lock.
 */
final class OutboundQueue {
  /** Empty messages have no bytes that could be limited. */
  static final int MAX_MESSAGES = 64 * 1024;

  /** A frame that is to be written. */
  interface Frame {
    void writeTo(FrameWriter writer) throws IOException;
  }

  private enum State {
    OPEN,
    /** A close frame goes when nothing else is left. */
    CLOSING,
    /** A close frame was given out. */
    CLOSED,
    /** Nothing is given out any more. */
    ENDED
  }

  private final long maxBytes;
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private final ArrayDeque<Message> heldBack = new ArrayDeque<>(); // Goes behind the messages.
  private boolean isHoldingBack;
  private long bytes; // Of the messages that wait.
  private int takenBytes; // Of the message that was given out last; 0 when that was another frame.
  private @Nullable Frame pong; // Null when none waits.
  private @Nullable Frame ping; // Null when none waits.
  private @Nullable Frame close; // Null until asked for; stays when it was given out.
  private State state = State.OPEN;

  OutboundQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A message that goes before those that are held back. */
  Outcome first(Message message) {
    return message(message, messages);
  }

  Outcome message(Message message) {
    return message(message, isHoldingBack ? heldBack : messages);
  }

  private Outcome message(Message message, ArrayDeque<Message> to) {
    int length = message.length();
    if (state != State.OPEN) {
      return Outcome.CLOSED;
    } else if (length > maxBytes - bytes() || count() >= MAX_MESSAGES) {
      return Outcome.FULL;
    }
    to.add(message);
    bytes += length;
    return Outcome.ACCEPTED;
  }

  private int count() {
    return messages.size() + heldBack.size();
  }

  /** Keeps messages from now on, but {@link #first}. */
  Outcome holdBack() {
    isHoldingBack = true;
    return state == State.OPEN ? Outcome.ACCEPTED : Outcome.CLOSED;
  }

  /** Sends what was held back, and holds back no more. */
  Outcome letGo() {
    isHoldingBack = false;
    messages.addAll(heldBack);
    heldBack.clear();
    return state == State.OPEN ? Outcome.ACCEPTED : Outcome.CLOSED;
  }

  /** In place of one that waits: RFC 6455 5.5.3 asks for no more, and a flood cannot grow this. */
  Outcome pong(byte[] payload) {
    if (!isOpenForControl()) {
      return Outcome.CLOSED;
    }
    pong = writer -> writer.pong(payload);
    return Outcome.ACCEPTED;
  }

  /** In place of one that waits. */
  Outcome ping(byte[] payload) {
    if (!isOpenForControl()) {
      return Outcome.CLOSED;
    }
    ping = writer -> writer.ping(payload);
    return Outcome.ACCEPTED;
  }

  /** What is held back is dropped: what was to go before it did not come. */
  Outcome close(CloseFrame frame) {
    if (state != State.OPEN) {
      return Outcome.CLOSED;
    }
    dropHeldBack();
    close = writer -> writer.close(frame);
    state = State.CLOSING;
    return Outcome.ACCEPTED;
  }

  Outcome closeAtOnce(CloseFrame frame) {
    if (!isOpenForControl()) {
      return Outcome.CLOSED;
    }
    dropAll();
    close = writer -> writer.close(frame);
    state = State.CLOSING;
    return Outcome.ACCEPTED;
  }

  /** The frame to write now, when the one before was written; null when none waits. */
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
      bytes -= takenBytes;
      next = writer -> writer.message(message);
    } else if (state == State.CLOSING) {
      next = close;
      state = State.CLOSED;
    }
    return next;
  }

  /** Whether the frame that was given out last is a close frame. */
  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Drops what waits, for good; false when that was done before. */
  boolean end() {
    boolean isFirst = state != State.ENDED;
    dropAll();
    takenBytes = 0;
    close = null;
    state = State.ENDED;
    return isFirst;
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  /** The bytes of the messages that wait, and of the one that is being written. */
  long bytes() {
    return bytes + takenBytes;
  }

  private boolean isOpenForControl() {
    return state == State.OPEN || state == State.CLOSING;
  }

  private void dropHeldBack() {
    for (Message message : heldBack) {
      bytes -= message.length();
    }
    heldBack.clear();
  }

  private void dropAll() {
    messages.clear();
    heldBack.clear();
    bytes = 0;
    ping = null;
    pong = null;
  }
}
