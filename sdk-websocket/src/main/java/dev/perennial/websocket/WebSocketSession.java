package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.CloseOccasion;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.Upgrade;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Sink;
import okio.Socket;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: reads it on a thread of its own, answers pings, keeps it alive, and closes it.
 *
 * <p>Whichever side begins to close, the other one gets the close timeout to finish the closing
 * handshake; then the socket is cut. The reader thread ends last, and releases everything.
 */
final class WebSocketSession
    implements MessageReader.Listener, FrameSender.Listener, KeepAlive.Peer, AdjustableSession {

  /** How long the server may take to answer a probe. */
  static final long PROBE_NANOS = SECONDS.toNanos(5);

  /**
   * How long a server may accept no byte before the connection counts as broken. OkHttp would give
   * up after 10 seconds (its write timeout), while a link of 3 KB/s that is merely slow frees space
   * in the send buffer only every 30 seconds.
   */
  static final long NO_PROGRESS_SECONDS = 60;

  /** Reported for a connection that ended without a close frame (RFC 6455, 7.1.5). */
  private static final int ABNORMAL_CLOSURE = 1006;

  private static final int DISCARD_BYTES = 8 * 1024;
  private static final AtomicLong THREADS = new AtomicLong();

  private final Upgrade upgrade;
  private final Timekeeper time;
  private final InboundQueue inbound;
  private final @Nullable MessageInflater inflater;
  private final ActivitySource activity;
  private final BufferedSource source;
  private final MessageReader reader;
  private final FrameSender outbound;
  private final MessageIntake intake;
  private final KeepAlive keepAlive;
  private final @Nullable WebSocketSettings settings;
  private final @Nullable WebSocketSender sender;
  private final long closeNanos;
  private final CloseFrame closeToPutAway;
  private final AtomicBoolean isClosing = new AtomicBoolean();

  /** Ends the connection in time when the server is about to; null until it says so. */
  private final AtomicReference<Timekeeper.@Nullable Timer> replacement = new AtomicReference<>();

  /** Null until sending fails. */
  private volatile @Nullable IOException sendFailure;

  /**
   * A session that does nothing yet.
   *
   * @param upgrade the handshake that is done; closing it cuts the socket
   * @param extensions null if no extension was agreed on
   * @param inbound receives what the server sends
   */
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
    this.inflater =
        extensions == null
            ? null
            : new MessageInflater(
                extensions,
                new InflationBudget(options.compression(), options.maxMessageBytes(), time));
    this.activity = new ActivitySource(socket.getSource(), time);
    this.source = Okio.buffer(activity);
    // The listeners are called by the threads that start() and the first frame to send start.
    this.reader = new MessageReader(source, options.maxMessageBytes(), inflater, this);
    // Okio applies this to each write of at most 8 KiB, so any progress restarts it.
    Sink sink = socket.getSink();
    sink.timeout().timeout(NO_PROGRESS_SECONDS, SECONDS);
    this.outbound =
        new FrameSender(
            new FrameWriter(Okio.buffer(sink), random),
            WebSocketSender.MAX_QUEUED_BYTES,
            time,
            FrameSender::newThread,
            this);
    this.intake = new MessageIntake(options, inbound, outbound, upgrade.endpoint());
    this.settings = options.messages().settings();
    this.sender = options.sender();
    this.keepAlive =
        new KeepAlive(
            time, outbound, this, options.keepAlive(), options.pingTimeout(), options.heartbeat());
    this.closeNanos = Nanos.of(options.closeTimeout());
    this.closeToPutAway = options.closeFrame(CloseOccasion.PUT_AWAY);
  }

  /** Starts the reader thread. */
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

  /** Starts to send pings or heartbeats. */
  void startKeepAlive() {
    Duration told = settings == null ? null : settings.opened(this);
    if (told != null) {
      keepAlive.every(told);
    } else {
      keepAlive.start();
    }
  }

  /** Sends pings or heartbeats at this interval from now on. Any thread. */
  @Override
  public void keepAliveEvery(Duration interval) {
    keepAlive.every(interval);
  }

  /** Has the subscription replace this connection when this time has passed. Any thread. */
  @Override
  public void replaceAfter(long nanos) {
    closeTimer(replacement.getAndSet(time.schedule(this::replace, nanos)));
  }

  private void replace() {
    inbound.end(
        TransportException.putAway(
            "The connection to "
                + upgrade.endpoint()
                + " was replaced: the server is about to end it"));
  }

  FrameSender outbound() {
    return outbound;
  }

  ActivitySource activity() {
    return activity;
  }

  /** Whether a message has begun and is not complete. Any thread. */
  boolean isInsideMessage() {
    return reader.isInsideMessage();
  }

  /**
   * Closes the connection after sending what was accepted before. Any thread; idempotent; never
   * blocks.
   *
   * @param frame what the server is sent, unless this side has begun to close before
   */
  void close(CloseFrame frame) {
    inbound.close();
    outbound.close(frame);
    awaitEnd();
  }

  /** Cuts the connection. Nothing more is sent. Any thread; idempotent; never blocks. */
  void cut() {
    releaseSender();
    upgrade.close();
    outbound.abort();
  }

  /** Leaves what the application's sender keeps to another connection. */
  private void releaseSender() {
    if (sender != null) {
      sender.release(outbound);
    }
  }

  // ---- The reader thread ----

  private void run() {
    try {
      inbound.end(readAll());
      discardRest();
    } catch (InterruptedException e) {
      inbound.end(new InterruptedIOException("The reader thread was interrupted"));
    } catch (Throwable failure) { // It ends the subscription, unless one was reported before.
      inbound.end(failure);
    } finally {
      release();
    }
  }

  /** Reads messages until the connection ends. Returns why, with the closing handshake begun. */
  private IOException readAll() throws InterruptedException {
    try {
      Message message = reader.next();
      while (message != null) {
        InboundQueue.Outcome outcome = intake.take(message);
        if (outcome == InboundQueue.Outcome.CLOSED) {
          return new IOException("Closed");
        }
        if (outcome == InboundQueue.Outcome.FULL) {
          outbound.close(closeToPutAway);
          awaitEnd();
          return queueFull();
        }
        message = reader.next();
      }
      return closedByServer(Objects.requireNonNull(reader.close()));
    } catch (FrameException e) {
      outbound.closeNow(new CloseFrame(e.closeCode(), ""));
      awaitEnd();
      return e.toTransportException(upgrade.endpoint());
    } catch (IOException e) {
      releaseSender();
      upgrade.close(); // The connection is lost: no closing handshake is possible.
      return broken(e);
    }
  }

  private TransportException queueFull() {
    return TransportException.putAway(
        "The connection to "
            + upgrade.endpoint()
            + " was closed, to be resumed later: the queue of messages for the consumer is full");
  }

  private TransportException closedByServer(ReceivedClose frame) {
    outbound.closeNow(new CloseFrame(frame.answerCode(), ""));
    awaitEnd();
    String reason = upgrade.shown(frame.reason());
    String with = frame.code() == CloseFrame.NO_CODE ? "no code" : "code " + frame.code();
    TransportException end = closed(frame.code(), with + (reason.isEmpty() ? "" : ": " + reason));
    return frame.isPlain() ? end.orderly() : end;
  }

  private TransportException closed(int code, String how) {
    return new TransportException(
        Reason.CLOSE_CODE,
        code,
        "The WebSocket was closed by " + upgrade.endpoint() + " with " + how,
        null);
  }

  private IOException broken(IOException e) {
    IOException cause = sendFailure;
    if (cause == null && e instanceof EOFException) {
      return closed(ABNORMAL_CLOSURE, "no close frame");
    }
    return upgrade.broken(cause != null ? cause : e);
  }

  /** Waits until the server ends the connection, or the socket is cut. */
  private void discardRest() {
    Buffer discarded = new Buffer();
    try {
      while (source.read(discarded, DISCARD_BYTES) != -1) {
        discarded.clear();
      }
    } catch (IOException e) {
      // The connection has ended, too.
    }
  }

  private static void closeTimer(Timekeeper.@Nullable Timer timer) {
    if (timer != null) {
      timer.close();
    }
  }

  private void release() {
    keepAlive.stop();
    closeTimer(replacement.get());
    if (settings != null) {
      settings.closed(this);
    }
    upgrade.close();
    outbound.release();
    releaseSender();
    try {
      source.close();
    } catch (IOException e) {
      // The socket was cancelled before, so nothing can be lost any more.
    }
    if (inflater != null) {
      inflater.close();
    }
  }

  @Override
  public void onMessageStart() {
    activity.startMessage();
  }

  @Override
  public void onPing(byte[] payload) {
    outbound.pong(payload);
    inbound.putHeartbeat();
  }

  @Override
  public void onPong() {
    inbound.putHeartbeat();
  }

  // ---- The sending thread ----

  @Override
  public void onCloseSent() {
    // The server ends the connection now, or the socket is cut.
  }

  @Override
  public void onSendFailed(IOException failure) {
    // What the server sent before may still be there to be read, such as why it closes.
    sendFailure = failure;
    awaitEnd();
  }

  // ---- The timer thread ----

  @Override
  public void onPingUnanswered(Duration limit) {
    inbound.end(
        new TransportException(
            Reason.STALE,
            "Expected an answer to a ping from "
                + upgrade.endpoint()
                + " within "
                + Durations.text(limit)
                + " but no byte came"));
    cut(); // A closing handshake would be waited for in vain.
  }

  // ---- Any thread ----

  /** Has the server show that it is there, within {@link #PROBE_NANOS}. */
  void probe() {
    keepAlive.probe(PROBE_NANOS);
  }

  @Override
  public long lastByteNanos() {
    return activity.lastByteNanos();
  }

  @Override
  public long readingSinceNanos() {
    return inbound.readingSinceNanos();
  }

  private void awaitEnd() {
    keepAlive.stop();
    if (isClosing.compareAndSet(false, true)) {
      time.schedule(this::cut, closeNanos);
    }
  }
}
