package dev.perennial.websocket;

import dev.perennial.Payload;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose handshake in messages is being made. Its methods are called by the {@link
 * HandshakeHandler}, on its thread.
 *
 * @since 0.1.0
 */
public final class MessageHandshake {
  private final WebSocketSender out;
  private final InboundQueue inbound;
  private final Timekeeper time;
  private final String endpoint;
  private final Duration limit;
  private final long dueNanos;
  private final Queue<Message> delivered = new ArrayDeque<>();

  /** What {@link #receive} threw; null until it does. */
  private @Nullable IOException failure;

  /** A handshake that begins now. */
  MessageHandshake(
      WebSocketSender out, InboundQueue inbound, Timekeeper time, String endpoint, Duration limit) {
    this.out = out;
    this.inbound = inbound;
    this.time = time;
    this.endpoint = endpoint;
    this.limit = limit;
    this.dueNanos = time.nanoTime() + Nanos.of(limit);
  }

  /**
   * Sends a text message, ahead of those of the application.
   *
   * @return as of {@link WebSocketSender#send(String)}
   */
  public WebSocketSender.Outcome send(String text) {
    return out.send(text);
  }

  /**
   * Sends a binary message, ahead of those of the application.
   *
   * @param bytes not copied, so they must not change afterwards
   * @return as of {@link WebSocketSender#send(byte[])}
   */
  public WebSocketSender.Outcome send(byte[] bytes) {
    return out.send(bytes);
  }

  /**
   * Waits for the next message of the server. Pings are answered meanwhile, and are no messages.
   *
   * @return the message as it came: nothing has classified it, and it is not delivered unless
   *     {@link #deliver} is called. It stays valid
   * @throws IOException if the time for the handshake is up ({@link Reason#ATTEMPT_TIMEOUT}), or
   *     the connection was closed or lost. A handler lets it pass, so that what follows is what
   *     follows such an end of any connection
   */
  public Payload receive() throws IOException {
    return Objects.requireNonNull(receiveUntil(dueNanos));
  }

  /**
   * As {@link #receive()}, but waits for {@code quiet} at most: some servers say nothing if all is
   * well.
   *
   * @return null if nothing came in that time
   * @throws IOException as of {@link #receive()}
   */
  public @Nullable Payload receive(Duration quiet) throws IOException {
    return receiveUntil(time.nanoTime() + Nanos.of(quiet));
  }

  /**
   * Has the stream deliver a message that came during the handshake. It is classified and delivered
   * once the stream is open, before what comes then, in the order of the calls.
   *
   * @param received what {@link #receive} has returned
   */
  public void deliver(Payload received) {
    if (!(received instanceof Message message)) {
      throw new IllegalArgumentException("deliver needs a message that receive() has returned");
    }
    delivered.add(message);
  }

  private @Nullable Message receiveUntil(long untilNanos) throws IOException {
    try {
      while (true) {
        Frame frame = inbound.poll();
        if (frame instanceof Message message) {
          return message;
        }
        if (frame != null) {
          continue; // A heartbeat.
        }
        long now = time.nanoTime();
        if (dueNanos - now <= 0) {
          throw new TransportException(
              Reason.ATTEMPT_TIMEOUT,
              "Expected the end of the handshake in messages with "
                  + endpoint
                  + " within "
                  + Durations.text(limit)
                  + " but it goes on");
        }
        if (untilNanos - now <= 0) {
          return null;
        }
        await(Math.min(dueNanos - now, untilNanos - now));
      }
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private void await(long nanos) throws IOException {
    if (inbound.isClosed()) {
      throw new IOException("The connection to " + endpoint + " was closed");
    }
    try {
      inbound.await(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting for a message").initCause(e);
    }
  }

  /** Whether {@link #receive} has thrown this: then the connection failed, not the handler. */
  boolean hasThrown(Throwable thrown) {
    return thrown == failure;
  }

  /** How much of its time is left; at most 0 if none is. Any thread. */
  long nanosLeft() {
    return dueNanos - time.nanoTime();
  }

  /** The messages of {@link #deliver}. */
  Queue<Message> delivered() {
    return delivered;
  }
}
