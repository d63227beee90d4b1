package dev.perennial.websocket;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait to be sent on one connection, and their order: pongs, ping, messages, close.
 * Not thread-safe; {@link FrameSender} guards it with its lock.
 */
final class OutboundQueue {
  /*
   * States
   *
   *   OPEN         messages, pings and pongs are accepted
   *   CLOSING      no more messages; a close frame goes out after those that wait. Pongs still do,
   *                so that the server's pings are answered until the end
   *   CLOSE_TAKEN  the close frame is being written; nothing may follow it (RFC 6455, 5.5.1)
   *   ENDED        sent, failed or aborted; nothing is given out any more
   *
   *            close()             next()               end()
   *     OPEN ----------> CLOSING ----------> CLOSE_TAKEN -------> ENDED
   *       |                ^  |                                     ^
   *       +----------------+  +-------------------------------------+
   *           closeNow()              abort(), or a write failed (from every state)
   *
   * Order
   *
   * next() gives out one frame at a time. A long message is given out as fragments, and the choice
   * is made anew before each of them: a pong or a ping that was added meanwhile goes first, as RFC
   * 6455, 5.4 allows. So a server whose upload takes a minute still has its pings answered. The
   * fragments of two messages are never mixed.
   *
   * Every ping gets its own pong, since many servers wait for the pong to each of theirs. Only if
   * MAX_PONGS wait, because the server sends pings and does not read, the oldest is dropped: RFC
   * 6455, 5.5.3 allows to answer the latest ping only.
   *
   * Bytes
   *
   * A message counts towards the limit from when it is added until the frame after its last
   * fragment is asked for, which means that the last one was written.
   *
   * What becomes of a message
   *
   * A message reports that itself when its last fragment was written, or one could not be. What is
   * dropped here is collected for takeDropped(), since a report runs code of the application.
   */

  /** A longer message is sent in fragments of this size. */
  static final int FRAGMENT_BYTES = 16 * 1024;

  /** How many pongs may wait. */
  static final int MAX_PONGS = 1_024;

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
  private final ArrayDeque<OutboundMessage> messages = new ArrayDeque<>();

  /** Messages that follow when {@link #sendHeld} is called. */
  private final ArrayDeque<OutboundMessage> held = new ArrayDeque<>();

  private boolean isHolding;

  /** The bytes of all messages that wait. */
  private long waitingBytes;

  /** The message of which a fragment was taken last; null if none is being written. */
  private @Nullable OutboundMessage taken;

  /** How many bytes of {@link #taken} were taken. */
  private int takenUntil;

  /** The payloads of the pongs that wait. */
  private final ArrayDeque<byte[]> pongs = new ArrayDeque<>();

  /** Null if none waits. */
  private @Nullable Frame ping;

  /** A message that is made when it is written; null if none waits. */
  private @Nullable Frame heartbeat;

  /** Null unless the state is CLOSING or CLOSE_TAKEN. */
  private @Nullable Frame close;

  /** What was given up since it was asked for. */
  private List<Dropped> dropped = new ArrayList<>();

  /** More messages, which follow all of these; null for none. */
  private @Nullable Source source;

  /** Messages that stay elsewhere until they are written. */
  interface Source {
    @Nullable OutboundMessage poll();

    boolean hasNext();
  }

  /** A message that was given up. */
  record Dropped(OutboundMessage message, MessageFate fate) {
    void report() {
      message.end(fate);
    }
  }

  OutboundQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  // ---- Adding ----

  /** Adds a message after all others. It waits for {@link #sendHeld} if messages are held. */
  Outcome add(OutboundMessage message) {
    return addTo(isHolding ? held : messages, message);
  }

  /** Adds a message ahead of those that are held. */
  Outcome addAhead(OutboundMessage message) {
    return addTo(messages, message);
  }

  private Outcome addTo(ArrayDeque<OutboundMessage> queue, OutboundMessage message) {
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

  /** Takes messages from {@code more}, too, after all others and unless messages are held. */
  void takeFrom(Source more) {
    source = more;
  }

  /** Adds a pong after those that wait, in place of the oldest if there are too many. */
  Outcome pong(byte[] payload) {
    if (!acceptsControlFrames()) {
      return Outcome.CLOSED;
    }
    if (pongs.size() == MAX_PONGS) {
      pongs.remove();
    }
    pongs.add(payload);
    return Outcome.ACCEPTED;
  }

  /**
   * Adds a ping in place of one that waits.
   *
   * @param afterwards runs when it was written, on the sending thread
   */
  Outcome ping(byte[] payload, Runnable afterwards) {
    if (!acceptsControlFrames()) {
      return Outcome.CLOSED;
    }
    ping =
        writer -> {
          writer.ping(payload);
          afterwards.run();
        };
    return Outcome.ACCEPTED;
  }

  /**
   * Adds a heartbeat ahead of all messages, in place of one that waits.
   *
   * @param text makes it when it is written, on the sending thread; null to leave it out
   */
  Outcome heartbeat(Supplier<@Nullable String> text) {
    if (state != State.OPEN) {
      return Outcome.CLOSED;
    }
    heartbeat =
        writer -> {
          Message message = made(text);
          if (message != null) {
            writer.message(message, 0, message.length());
          }
        };
    return Outcome.ACCEPTED;
  }

  private static @Nullable Message made(Supplier<@Nullable String> text) throws IOException {
    try {
      String made = text.get();
      return made == null ? null : Message.text(made);
    } catch (RuntimeException e) {
      throw new IOException("Expected a heartbeat but its supplier threw " + e, e);
    }
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
    source = null; // What is kept elsewhere is for another connection.
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
    if (taken != null && takenUntil == taken.length()) {
      taken = null;
    }
    Frame next = null;
    if (!pongs.isEmpty()) {
      byte[] payload = pongs.remove();
      next = writer -> writer.pong(payload);
    } else if (ping != null) {
      next = ping;
      ping = null;
    } else if (taken != null) {
      next = fragment(taken);
    } else if (heartbeat != null) {
      next = heartbeat;
      heartbeat = null;
    } else {
      next = firstFragment();
    }
    if (next == null && state == State.CLOSING) {
      next = close;
      state = State.CLOSE_TAKEN;
    }
    return next;
  }

  /** Begins the next message; null if there is none to send now. */
  private @Nullable Frame firstFragment() {
    OutboundMessage begun = messages.poll();
    if (begun != null) {
      waitingBytes -= begun.length();
    } else if (source != null && maySendMore()) {
      begun = source.poll();
    }
    if (begun == null) {
      return null;
    }
    taken = begun;
    takenUntil = 0;
    return fragment(begun);
  }

  private boolean maySendMore() {
    return acceptsControlFrames() && !isHolding;
  }

  private Frame fragment(OutboundMessage message) {
    int from = takenUntil;
    int count = Math.min(message.length() - from, FRAGMENT_BYTES);
    takenUntil = from + count;
    return writer -> message.write(writer, from, count);
  }

  /** Whether {@link #next} would return a frame. */
  boolean hasNext() {
    boolean isInsideMessage = taken != null && takenUntil < taken.length();
    boolean hasControlFrame = !pongs.isEmpty() || ping != null || heartbeat != null;
    return hasControlFrame
        || isInsideMessage
        || !messages.isEmpty()
        || state == State.CLOSING
        || (source != null && maySendMore() && source.hasNext());
  }

  /** Any state -> ENDED: drops everything. Returns whether it had not ended before. */
  boolean end() {
    boolean isFirst = state != State.ENDED;
    dropAll();
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
    return waitingBytes + (taken == null ? 0 : taken.length());
  }

  /** Returns what was given up since the last call. */
  List<Dropped> takeDropped() {
    if (dropped.isEmpty()) {
      return List.of();
    }
    List<Dropped> all = dropped;
    dropped = new ArrayList<>();
    return all;
  }

  private void dropHeld() {
    for (OutboundMessage message : held) {
      waitingBytes -= message.length();
    }
    drop(held);
  }

  private void drop(ArrayDeque<OutboundMessage> all) {
    for (OutboundMessage message : all) {
      dropped.add(new Dropped(message, MessageFate.NOT_SENT));
    }
    all.clear();
  }

  private void dropAll() {
    drop(messages);
    drop(held);
    waitingBytes = 0;
    if (taken != null && takenUntil < taken.length()) {
      dropped.add(new Dropped(taken, MessageFate.UNKNOWN)); // Else its last fragment reports.
    }
    taken = null;
    ping = null;
    heartbeat = null;
    pongs.clear();
  }
}
