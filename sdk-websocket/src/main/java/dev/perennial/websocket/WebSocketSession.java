package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Upgrade;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Socket;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: the thread that reads it into the hand-off and answers its pings, what is
 * sent, and how it closes.
 *
 * <p>Whoever begins to close it, the other side has a short time to do its part; then the socket is
 * cut. The thread that reads is the last to go, and closes the streams.
 */
final class WebSocketSession implements MessageReader.Heard, FrameSender.Listener {

  /** How long the closing handshake may take. */
  static final long CLOSE_NANOS = MILLISECONDS.toNanos(500);

  private static final CloseFrame DONE = new CloseFrame(1000, "");
  private static final int WITHOUT_CLOSE_FRAME = 1006;
  private static final int DISCARD_BYTES = 8 * 1024;
  private static final AtomicLong THREADS = new AtomicLong();

  private final Upgrade upgrade;
  private final Timekeeper time;
  private final InboundQueue inbound;
  private final @Nullable MessageInflater inflation;
  private final ActivitySource life;
  private final BufferedSource source;
  private final MessageReader reader;
  private final FrameSender outbound;
  private final KeepAlive keepAlive;
  private final AtomicBoolean isClosing = new AtomicBoolean();

  /** Null while nothing has failed to be sent. */
  private volatile @Nullable IOException writeFailure;

  WebSocketSession(
      Upgrade upgrade,
      Socket socket,
      @Nullable Extensions extensions,
      WebSocketOptions options,
      InboundQueue inbound,
      Timekeeper time,
      Random random) {
    this.upgrade = upgrade;
    this.time = time;
    this.inbound = inbound;
    this.inflation = extensions == null ? null : new MessageInflater(extensions);
    this.life = new ActivitySource(socket.getSource(), time, this::isInsideMessage);
    this.source = Okio.buffer(life);
    this.reader = new MessageReader(source, options.maxMessageBytes(), inflation, this);
    this.outbound =
        new FrameSender(
            new FrameWriter(Okio.buffer(socket.getSink()), random),
            WebSocketSender.MAX_QUEUED_BYTES,
            time,
            FrameSender::newThread,
            this);
    this.keepAlive = new KeepAlive(time, outbound, options.keepAlive(), options.heartbeat());
  }

  /** Starts to read. */
  void start() {
    Thread thread =
        new Thread(this::run, "perennial-websocket-reader-" + THREADS.getAndIncrement());
    thread.setDaemon(true);
    boolean isStarted = false;
    try {
      thread.start();
      isStarted = true;
    } finally {
      if (!isStarted) {
        release();
      }
    }
  }

  /** Starts to show that it is alive. */
  void startHeartbeat() {
    keepAlive.start();
  }

  FrameSender outbound() {
    return outbound;
  }

  ActivitySource life() {
    return life;
  }

  /** Whether a message has begun and is not whole. Any thread. */
  boolean isInsideMessage() {
    return reader.isInsideMessage();
  }

  /** Closes it, with what was accepted before to be sent. Any thread; idempotent; never blocks. */
  void close() {
    inbound.close();
    outbound.close(DONE);
    awaitEnd();
  }

  // ---- The thread that reads ----

  private void run() {
    try {
      inbound.end(readAll());
      discardRest();
    } catch (InterruptedException e) {
      inbound.end(new InterruptedIOException("The thread that reads was interrupted"));
    } catch (Throwable failure) { // Whatever it is, it ends the subscription, or was told before.
      inbound.end(failure);
    } finally {
      release();
    }
  }

  /** Returns what ended the messages; the closing handshake has begun then. */
  private IOException readAll() throws InterruptedException {
    try {
      Message message = reader.next();
      while (message != null) {
        InboundQueue.Outcome outcome = inbound.put(message);
        if (outcome != InboundQueue.Outcome.ACCEPTED) {
          outbound.close(DONE);
          awaitEnd();
          return outcome == InboundQueue.Outcome.FULL ? putAway() : new IOException("Closed");
        }
        message = reader.next();
      }
      return closedByServer(Objects.requireNonNull(reader.close()));
    } catch (FrameException e) {
      outbound.closeNow(new CloseFrame(e.closeCode(), ""));
      awaitEnd();
      return e.toTransportException(upgrade.endpoint());
    } catch (IOException e) {
      upgrade.close(); // There is nobody to shake hands with.
      return broken(e);
    }
  }

  private TransportException putAway() {
    return TransportException.putAway(
        "The connection to " + upgrade.endpoint() + " was put away: its hand-off is full");
  }

  private TransportException closedByServer(CloseFrame frame) {
    outbound.closeNow(new CloseFrame(frame.code(), ""));
    awaitEnd();
    String reason = Upgrade.shown(frame.reason());
    String with = frame.code() == CloseFrame.NO_CODE ? "no code" : "code " + frame.code();
    return closed(frame.code(), with + (reason.isEmpty() ? "" : ": " + reason));
  }

  private TransportException closed(int code, String how) {
    return new TransportException(
        Reason.CLOSE_CODE,
        code,
        "The WebSocket was closed by " + upgrade.endpoint() + " with " + how,
        null);
  }

  private IOException broken(IOException e) {
    IOException cause = writeFailure;
    if (cause == null && e instanceof EOFException) {
      return closed(WITHOUT_CLOSE_FRAME, "no close frame");
    }
    return upgrade.broken(cause != null ? cause : e);
  }

  /** Until the other side ends the connection, or it is cut. */
  private void discardRest() {
    Buffer discarded = new Buffer();
    try {
      while (source.read(discarded, DISCARD_BYTES) != -1) {
        discarded.clear();
      }
    } catch (IOException e) {
      // This is the end of it, too.
    }
  }

  private void release() {
    keepAlive.stop();
    upgrade.close();
    outbound.release();
    try {
      source.close();
    } catch (IOException e) {
      // The socket was cancelled before: nothing can be lost any more.
    }
    if (inflation != null) {
      inflation.close();
    }
  }

  @Override
  public void ping(byte[] payload) {
    outbound.pong(payload);
    inbound.putHeartbeat();
  }

  @Override
  public void pong() {
    inbound.putHeartbeat();
  }

  // ---- The thread that sends ----

  @Override
  public void onCloseSent() {
    // The other side ends the connection, or it is cut.
  }

  @Override
  public void onSendFailed(IOException failure) {
    // What the server has said before may still be there to be read, such as why it closes.
    writeFailure = failure;
    awaitEnd();
  }

  // ---- Any thread ----

  private void awaitEnd() {
    keepAlive.stop();
    if (isClosing.compareAndSet(false, true)) {
      time.schedule(this::cut, CLOSE_NANOS);
    }
  }

  private void cut() {
    upgrade.close();
    outbound.abort();
  }
}
