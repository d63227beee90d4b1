package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.TransportException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages on the connection that a subscription has open. Made beforehand and given to
 * {@link WebSockets.Builder#sender}.
 *
 * <p>All methods may be called from any thread, Android's main thread included; none blocks. What
 * is accepted goes out in the order of the calls, behind what {@link OpenHandler} sends: while that
 * runs it is accepted already, so that nothing falls between the two. It may still be lost with its
 * connection: what must arrive needs an answer of the server. So let what is sent again on each
 * connection follow from what is wanted now, not from what was sent.
 */
public final class WebSocketSender {

  /** The most bytes that may wait to be sent. */
  static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

  /** What became of a message. */
  public enum Outcome {
    /** The open connection has taken it. */
    ACCEPTED,
    /** No connection is open; one may be soon. */
    NOT_CONNECTED,
    /** Too much waits already to be sent: 16 MiB. Later there is room. */
    QUEUE_FULL,
    /** The message alone has more than 16 MiB. */
    TOO_LARGE,
    /** The subscription has ended, or the connection that this sender belongs to. */
    CLOSED;

    /** Whether the message was not taken. */
    public boolean isRefused() {
      return this != ACCEPTED;
    }
  }

  /** Whether it ends with its connection. */
  private final boolean isOfConnection;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.

  /** Null before the first connection. */
  private @Nullable StreamSubscription owner;

  /** Null while no connection is open. */
  private @Nullable FrameSender open;

  private WebSocketSender(boolean isOfConnection) {
    this.isOfConnection = isOfConnection;
  }

  /** A sender that no subscription has yet. */
  public static WebSocketSender create() {
    return new WebSocketSender(false);
  }

  /** A sender for one connection. */
  static WebSocketSender of(FrameSender outbound) {
    WebSocketSender sender = new WebSocketSender(true);
    sender.attach(outbound);
    return sender;
  }

  /** Sends a text message. */
  public Outcome send(String text) {
    return send(Message.text(text));
  }

  /**
   * Sends a binary message.
   *
   * @param bytes not copied: they must not change while they wait to be sent
   */
  public Outcome send(byte[] bytes) {
    return send(Message.binary(bytes));
  }

  private Outcome send(Message message) {
    FrameSender outbound;
    StreamSubscription subscription;
    lock.lock();
    try {
      outbound = open;
      subscription = owner;
    } finally {
      lock.unlock();
    }
    if (outbound != null) {
      OutboundQueue.Outcome outcome =
          isOfConnection ? outbound.sendAhead(message) : outbound.send(message);
      if (outcome == OutboundQueue.Outcome.ACCEPTED) {
        return Outcome.ACCEPTED;
      }
      if (outcome == OutboundQueue.Outcome.FULL) {
        return message.length() > MAX_QUEUED_BYTES ? Outcome.TOO_LARGE : Outcome.QUEUE_FULL;
      }
    }
    return isOfConnection || isOver(subscription) ? Outcome.CLOSED : Outcome.NOT_CONNECTED;
  }

  private static boolean isOver(@Nullable StreamSubscription subscription) {
    return subscription != null && subscription.state() instanceof StreamState.Closed;
  }

  /**
   * Makes the sender a subscription's own, until that has ended.
   *
   * @throws TransportException when another one has it; permanent
   */
  void claim(StreamSubscription subscription) throws TransportException {
    lock.lock();
    try {
      if (owner != null && owner != subscription && !isOver(owner)) {
        throw new TransportException(
                Reason.PROTOCOL,
                "Expected one live subscription for a WebSocketSender but another one has it")
            .permanent();
      }
      owner = subscription;
    } finally {
      lock.unlock();
    }
  }

  /** Messages go to {@code outbound} from now on. */
  void attach(FrameSender outbound) {
    lock.lock();
    try {
      open = outbound;
    } finally {
      lock.unlock();
    }
  }

  /** Messages no longer go to {@code outbound}. */
  void detach(FrameSender outbound) {
    lock.lock();
    try {
      open = open == outbound ? null : open;
    } finally {
      lock.unlock();
    }
  }
}
