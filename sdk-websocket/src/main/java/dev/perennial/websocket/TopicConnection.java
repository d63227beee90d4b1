package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.CloseOccasion;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection of a subscription to a topic: a part of the connection of the shared socket. */
final class TopicConnection implements StreamConnection, SocketHub.Member {
  /** How long the server may take to confirm that it has subscribed again. */
  private static final long CONFIRMATION_NANOS = SECONDS.toNanos(10);

  private static final long LOOK_AT_SOCKET_NANOS = SECONDS.toNanos(1);

  /** The socket is complete, and so is the topic. */
  private static final class Complete extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Each state follows the one before. */
  private enum Phase {
    WAITING_FOR_SOCKET,
    /** What comes for the topic is of an earlier subscription. */
    WAITING_FOR_CONFIRMATION,
    RECEIVING
  }

  private final SocketHub hub;
  private final TopicOptions options;
  private final String topic;
  private final Attempt attempt;
  private final Timekeeper time;
  private final String endpoint;
  private final InboundQueue inbound;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final AtomicLong bytesRead = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile Phase phase = Phase.WAITING_FOR_SOCKET; // Written with the lock held.
  private volatile int number; // Of its subscription to the topic on that connection.
  private volatile long confirmationDueNanos; // Meaningful while waiting for it.
  private volatile long waitingSinceNanos; // Written by the engine thread.

  /** Null until the subscription was sent. */
  private volatile @Nullable WebSocketSender out;

  TopicConnection(
      SocketHub hub, TopicOptions options, String topic, String endpoint, Attempt attempt) {
    this.hub = hub;
    this.options = options;
    this.topic = topic;
    this.endpoint = endpoint;
    this.attempt = attempt;
    this.time = attempt.timekeeper();
    this.inbound = new InboundQueue(time, options.maxMessages(), options.maxBytes(), 0);
  }

  @Override
  public void open() throws IOException {
    if (attempt.cursor() != null && !options.canResume()) {
      throw new TransportException(
              Reason.PROTOCOL, "A cursor to start after " + TopicOptions.NO_WAY)
          .permanent();
    }
    try {
      hub.join(attempt.subscription());
      SocketHub.Entry entry = hub.enter(this, time, isClosed::get);
      if (entry != null) {
        subscribe(entry);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting for the shared socket")
              .initCause(e);
    }
    if (isClosed.get()) {
      throw closed();
    }
    waitingSinceNanos = time.nanoTime();
  }

  private void subscribe(SocketHub.Entry entry) throws IOException, InterruptedException {
    boolean waits = entry.number() > 1 && options.canResume();
    number = entry.number();
    confirmationDueNanos = time.nanoTime() + CONFIRMATION_NANOS;
    enterPhase(waits ? Phase.WAITING_FOR_CONFIRMATION : Phase.RECEIVING);
    String message = subscription(attempt.cursor());
    WebSocketSender.Outcome outcome = entry.out().send(message);
    if (outcome.isRefused()) {
      throw new IOException(
          "Expected to send the subscription to " + endpoint + " but it was refused: " + outcome);
    }
    out = entry.out();
    lock.lock();
    try {
      while (phase == Phase.WAITING_FOR_CONFIRMATION && !isClosed.get()) {
        time.await(changed, Long.MAX_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  private String subscription(@Nullable String cursor) throws IOException {
    try {
      return options.subscribe().apply(topic, cursor);
    } catch (RuntimeException e) {
      throw HandlerFailure.of("subscribe", e, endpoint);
    }
  }

  private void enterPhase(Phase next) {
    lock.lock();
    try {
      phase = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** It waits for the socket as long as that takes, since the socket has limits of its own. */
  @Override
  public long openingNanosLeft() {
    return switch (phase) {
      case WAITING_FOR_SOCKET -> LOOK_AT_SOCKET_NANOS;
      case WAITING_FOR_CONFIRMATION -> Math.max(0, confirmationDueNanos - time.nanoTime());
      case RECEIVING -> 0;
    };
  }

  // ---- What the hub says ----

  @Override
  public String topic() {
    return topic;
  }

  @Override
  public StreamSubscription subscription() {
    return attempt.subscription();
  }

  @Override
  public void received(Message message) {
    if (phase != Phase.RECEIVING) {
      return;
    }
    bytesRead.addAndGet(message.length());
    try {
      if (inbound.put(message) == InboundQueue.Outcome.FULL) {
        inbound.end(
            TransportException.putAway(
                "The subscription to "
                    + endpoint
                    + " was ended, to go on later: the queue of messages for the consumer is"
                    + " full"));
        unsubscribe();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It does not wait.
    }
  }

  @Override
  public void confirmed(int count) {
    if (phase == Phase.WAITING_FOR_CONFIRMATION && count >= number) {
      enterPhase(Phase.RECEIVING);
    }
  }

  @Override
  public void lost() {
    inbound.end(TransportException.putAway("The connection of " + endpoint + " was lost"));
    enterPhase(Phase.RECEIVING);
  }

  @Override
  public void ended(SocketHub.End end) {
    StreamException failure = end.failure();
    inbound.end(
        failure == null
            ? new Complete()
            : new TransportException(
                    failure.reason(), failure.code(), String.valueOf(failure.getMessage()), null)
                .permanent());
    enterPhase(Phase.RECEIVING);
  }

  // ---- Reading ----

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    waitingSinceNanos = time.nanoTime();
    try {
      while (true) {
        if (isClosed.get()) {
          throw closed();
        }
        Frame frame = inbound.poll();
        if (frame != null) {
          return frame;
        }
        inbound.await(
            new ReadDeadline(time.nanoTime(), lastByteNanos(), waitingSinceNanos)
                .leftNanos(limits, endpoint));
      }
    } catch (Complete e) {
      return Frame.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting for a message").initCause(e);
    }
  }

  @Override
  public String endpoint() {
    return endpoint;
  }

  @Override
  public long bytesRead() {
    return bytesRead.get();
  }

  /** Any byte of the socket is a sign of life, also for a topic that is quiet. */
  @Override
  public long lastByteNanos() {
    Duration age = hub.lastByteAge();
    return age == null ? waitingSinceNanos : time.nanoTime() - age.toNanos();
  }

  @Override
  public long waitingSinceNanos() {
    return waitingSinceNanos;
  }

  // ---- Closing ----

  @Override
  public void close() {
    close(CloseOccasion.CLOSE);
  }

  @Override
  public void close(CloseOccasion occasion) {
    if (isClosed.compareAndSet(false, true)) {
      inbound.close();
      hub.lookAgain();
      if (phase == Phase.WAITING_FOR_CONFIRMATION) {
        hub.notConfirmed(this);
      }
      enterPhase(Phase.RECEIVING);
      unsubscribe();
    }
    if (occasion == CloseOccasion.PARK) {
      hub.leave(attempt.subscription());
    }
  }

  private void unsubscribe() {
    boolean isLast = hub.exit(this);
    WebSocketSender connection = out;
    Function<String, String> message = options.unsubscribe();
    if (isLast && connection != null && message != null) {
      send(connection, message);
    }
  }

  private void send(WebSocketSender connection, Function<String, String> message) {
    ForeignCalls.run(
        () -> {
          WebSocketSender.Outcome unused = connection.send(message.apply(topic));
        });
  }

  private IOException closed() {
    return new IOException("The subscription to " + endpoint + " was closed");
  }
}
