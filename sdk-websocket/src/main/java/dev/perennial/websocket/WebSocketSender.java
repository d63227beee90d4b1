package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.time.Nanos;
import dev.perennial.internal.time.SystemTimekeeper;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages on whichever connection a subscription has open. Create one, then pass it to
 * {@link WebSockets.Builder#sender}.
 *
 * <pre>{@code
 * import dev.perennial.EventStream;
 * import dev.perennial.StreamSubscription;
 * import dev.perennial.websocket.WebSocketSender;
 * import dev.perennial.websocket.WebSockets;
 *
 * class Chat {
 *   public static void main(String[] args) throws Exception {
 *     WebSocketSender sender = WebSocketSender.create();
 *     EventStream<String> chat =
 *         WebSockets.builder("wss://chat.example.com/room")
 *             .sender(sender)
 *             .onOpen(out -> out.send("join"))
 *             .stream();
 *     try (StreamSubscription s = chat.subscribe(event -> System.out.println(event.data()))) {
 *       for (String line = System.console().readLine();
 *           line != null;
 *           line = System.console().readLine()) {
 *         WebSocketSender.Outcome outcome = sender.send(line);
 *         if (outcome.isRefused()) {
 *           System.out.println("Not sent: " + outcome);
 *         }
 *       }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>All methods may be called by any thread, Android's main thread included. None blocks but
 * {@link #awaitOpen} and {@link #awaitWritable}.
 *
 * <p>Messages are sent in the order of the calls, after those of {@link OpenHandler}; while that
 * handler runs they are accepted but wait for it. At most 16 MiB and 65,536 messages wait to be
 * sent. While no connection is open they are refused, unless the sender is {@link #queueing}.
 *
 * <p>An accepted message may still be lost with its connection, and is not sent again. {@link
 * #send(String, Consumer)} says what became of it. If delivery matters, have the server acknowledge
 * it. What the server must know on each connection belongs in an {@link OpenHandler}. When the
 * subscription is closed, accepted messages are still sent for up to 2 seconds ({@link
 * WebSockets.Builder#closeTimeout}).
 *
 * @since 0.1.0
 */
public final class WebSocketSender {

  /** How many bytes of messages may wait to be sent, counting the one being written. */
  static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

  /** The result of sending a message. */
  public enum Outcome {
    /** The message is queued: on the open connection, or for it and those that follow. */
    ACCEPTED,
    /** No connection is open now. */
    NOT_CONNECTED,
    /** As much as the queue may hold waits to be sent already. Try again later. */
    QUEUE_FULL,
    /** The message alone is larger than the queue. */
    TOO_LARGE,
    /** The subscription has ended, or the connection that this sender was made for. */
    CLOSED;

    /** Whether the message was not accepted. */
    public boolean isRefused() {
      return this != ACCEPTED;
    }
  }

  /** Whether this sender is for one connection, and ends with it. */
  private final boolean isForConnection;

  /** Keeps messages from one connection to the next; null if they are refused meanwhile. */
  private final @Nullable Outbox outbox;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition claimed = lock.newCondition();

  /** Null before the first connection. */
  private volatile @Nullable StreamSubscription owner; // Used with the lock held.

  /** Null while no connection is open. */
  private volatile @Nullable FrameSender open; // Used with the lock held.

  private WebSocketSender(boolean isForConnection, @Nullable Outbox outbox) {
    this.isForConnection = isForConnection;
    this.outbox = outbox;
  }

  /**
   * Returns a sender that no subscription uses yet. It refuses messages while no connection is
   * open.
   */
  public static WebSocketSender create() {
    return new WebSocketSender(false, null);
  }

  /**
   * Returns a sender that no subscription uses yet, and that accepts messages at any time: also
   * before it is used, while a connection is being made, and while the subscription is parked. They
   * wait for a connection whose {@linkplain WebSockets.Builder#handshake(HandshakeHandler)
   * handshake} and {@link OpenHandler} are done, and are then sent in the order of the calls.
   *
   * <p>A message leaves the queue when it is about to be written. What waits when a connection is
   * lost is sent on the next one. What was being written then is not sent again, so each message is
   * sent at most once.
   *
   * <p>When the subscription has ended, what could not be sent within {@link
   * WebSockets.Builder#closeTimeout} is given up. Cannot be combined with {@link
   * WebSockets.Builder#refuseEarlySends}.
   *
   * @param messages how many messages may wait; more are refused with {@link Outcome#QUEUE_FULL}
   * @param bytes how many bytes they may have in all
   * @throws IllegalArgumentException if one of the two is not positive
   */
  public static WebSocketSender queueing(int messages, int bytes) {
    if (messages <= 0 || bytes <= 0) {
      throw new IllegalArgumentException(
          "queueing must have positive messages and bytes but was " + messages + " and " + bytes);
    }
    return new WebSocketSender(false, new Outbox(messages, bytes));
  }

  /** Returns a sender for one connection, whose messages go ahead of those that are held. */
  static WebSocketSender of(FrameSender connection) {
    WebSocketSender sender = new WebSocketSender(true, null);
    sender.attach(connection);
    return sender;
  }

  /**
   * Waits until a message can be sent: until a subscription uses this sender and its connection is
   * open. After that the connection may be lost at any time, so look at the {@link Outcome} of a
   * message all the same.
   *
   * @param timeout how long at most
   * @return false when no connection was open after that time, and when the stream has completed or
   *     was closed meanwhile
   * @throws dev.perennial.StreamException the failure that ended the subscription
   * @throws InterruptedException when this thread is interrupted
   * @throws IllegalStateException when called from a callback of the subscription, which the
   *     connection would wait for
   */
  public boolean awaitOpen(Duration timeout) throws InterruptedException {
    if (open != null || isForConnection) {
      return open != null;
    }
    Timekeeper time = new SystemTimekeeper(); // A virtual one is for the engine's thread.
    long began = time.nanoTime();
    StreamSubscription subscription = awaitOwner(time, Nanos.of(timeout));
    return subscription != null
        && subscription.awaitOpen(timeout.minusNanos(time.nanoTime() - began));
  }

  /** Waits for the first claim; null when the time has passed. */
  private @Nullable StreamSubscription awaitOwner(Timekeeper time, long nanos)
      throws InterruptedException {
    long began = time.nanoTime();
    lock.lock();
    try {
      long left = nanos;
      while (owner == null && left > 0) {
        time.await(claimed, left);
        left = nanos - (time.nanoTime() - began);
      }
      return owner;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a text message.
   *
   * @return {@link Outcome#ACCEPTED}, or why the message will not be sent
   */
  public Outcome send(String text) {
    return send(new OutboundMessage(Message.text(text), null));
  }

  /**
   * Sends a text message, and says what became of it.
   *
   * @param afterwards called once if the message was accepted, and not at all otherwise. Runs on
   *     the thread that sends or that ends the connection, and must be quick
   * @return {@link Outcome#ACCEPTED}, or why the message will not be sent
   */
  public Outcome send(String text, Consumer<? super MessageFate> afterwards) {
    Objects.requireNonNull(afterwards, "afterwards");
    return send(new OutboundMessage(Message.text(text), afterwards));
  }

  /**
   * Sends a binary message.
   *
   * @param bytes not copied, so they must not change afterwards
   * @return {@link Outcome#ACCEPTED}, or why the message will not be sent
   */
  public Outcome send(byte[] bytes) {
    return send(new OutboundMessage(Message.binary(bytes), null));
  }

  /**
   * Sends a binary message, and says what became of it.
   *
   * @param bytes not copied, so they must not change afterwards
   * @param afterwards as of {@link #send(String, Consumer)}
   * @return {@link Outcome#ACCEPTED}, or why the message will not be sent
   */
  public Outcome send(byte[] bytes, Consumer<? super MessageFate> afterwards) {
    Objects.requireNonNull(afterwards, "afterwards");
    return send(new OutboundMessage(Message.binary(bytes), afterwards));
  }

  /**
   * Waits until the queue has space again, if a message was refused with {@link
   * Outcome#QUEUE_FULL}: half of it is free then.
   *
   * @param timeout how long at most
   * @return false if it is still full after that time, and if the subscription has ended
   * @throws InterruptedException when this thread is interrupted
   * @throws IllegalStateException if this sender is not {@link #queueing}
   */
  public boolean awaitWritable(Duration timeout) throws InterruptedException {
    return requireOutbox("awaitWritable").awaitWritable(new SystemTimekeeper(), Nanos.of(timeout));
  }

  /**
   * Calls {@code listener} each time when the queue has space again after a message was refused
   * with {@link Outcome#QUEUE_FULL}: half of it is free then. Replaces the listener before. By
   * default there is none.
   *
   * @param listener runs on the thread that sends, and must be quick; it may send
   * @throws IllegalStateException if this sender is not {@link #queueing}
   */
  public void onWritable(Runnable listener) {
    requireOutbox("onWritable").onWritable(Objects.requireNonNull(listener, "listener"));
  }

  private Outbox requireOutbox(String call) {
    if (outbox == null) {
      throw new IllegalStateException(call + " needs a sender that was made by queueing(…)");
    }
    return outbox;
  }

  /** How many messages wait while no connection takes them; 0 if this sender is not queueing. */
  public int queued() {
    return outbox == null ? 0 : outbox.messages();
  }

  private Outcome send(OutboundMessage message) {
    if (outbox != null) {
      return switch (outbox.add(message)) {
        case ACCEPTED -> Outcome.ACCEPTED;
        case FULL -> outbox.mayHold(message) ? Outcome.QUEUE_FULL : Outcome.TOO_LARGE;
        case CLOSED -> Outcome.CLOSED;
      };
    }
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
          isForConnection ? outbound.sendAhead(message) : outbound.send(message);
      if (outcome == OutboundQueue.Outcome.ACCEPTED) {
        return Outcome.ACCEPTED;
      }
      if (outcome == OutboundQueue.Outcome.FULL) {
        return message.length() > MAX_QUEUED_BYTES ? Outcome.TOO_LARGE : Outcome.QUEUE_FULL;
      }
    }
    return isForConnection || hasEnded(subscription) ? Outcome.CLOSED : Outcome.NOT_CONNECTED;
  }

  private static boolean hasEnded(@Nullable StreamSubscription subscription) {
    return subscription != null && subscription.state() instanceof StreamState.Closed;
  }

  /**
   * Reserves this sender for a subscription until that has ended.
   *
   * @throws TransportException if another live subscription uses it; permanent
   */
  void claim(StreamSubscription subscription) throws TransportException {
    boolean isAnother;
    lock.lock();
    try {
      if (owner != null && owner != subscription && !hasEnded(owner)) {
        throw new TransportException(
                Reason.PROTOCOL,
                "Expected one live subscription for a WebSocketSender but another one has it")
            .permanent();
      }
      isAnother = owner != subscription;
      owner = subscription;
      claimed.signalAll();
    } finally {
      lock.unlock();
    }
    if (outbox != null && isAnother) {
      outbox.begin();
    }
  }

  /** The subscription has ended; nothing happens if another one has claimed this sender. */
  void ended(StreamSubscription subscription) {
    lock.lock();
    try {
      if (owner != subscription) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (outbox != null) {
      outbox.end();
    }
  }

  /** Whether messages are accepted while no connection is open. */
  boolean isQueueing() {
    return outbox != null;
  }

  /** Sends to {@code connection} from now on. */
  void attach(FrameSender connection) {
    lock.lock();
    try {
      open = connection;
    } finally {
      lock.unlock();
    }
    if (outbox != null) {
      outbox.attach(connection);
      connection.takeFrom(outbox);
    }
  }

  /** Has {@code connection} send nothing more that was kept: it was lost, or has ended. */
  void release(FrameSender connection) {
    if (outbox != null) {
      outbox.release(connection);
    }
  }

  /** Sends no more to {@code connection}. Does nothing if another one is open. */
  void detach(FrameSender connection) {
    lock.lock();
    try {
      open = open == connection ? null : open;
    } finally {
      lock.unlock();
    }
  }
}
