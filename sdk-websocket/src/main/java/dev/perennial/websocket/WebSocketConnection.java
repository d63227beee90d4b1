package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.CloseOccasion;
import dev.perennial.ServerResponse;
import dev.perennial.http.Upgrade;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import okio.Socket;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a subscription over a WebSocket. It makes the handshake and takes messages from
 * the {@link InboundQueue}, on the engine thread; a {@link WebSocketSession} does the rest.
 */
final class WebSocketConnection implements StreamConnection {
  /** How long the consumer may take nothing from a full queue before the connection is closed. */
  static final long PUT_AWAY_NANOS = SECONDS.toNanos(1);

  private final WebSocketOptions options;
  private final Attempt attempt;
  private final Upgrade upgrade;
  private final Random random;
  private final Timekeeper time;
  private final InboundQueue inbound;

  /** Written by the engine thread only. */
  private volatile long waitingSinceNanos;

  /** Null until the handshake is done. */
  private volatile @Nullable WebSocketSession session;

  private volatile boolean isClosed;
  private volatile boolean isCut;

  /** What the server is sent when it is closed. Null until then. */
  private final AtomicReference<@Nullable CloseFrame> closeFrame = new AtomicReference<>();

  /** Null unless a handshake in messages is being made. */
  private volatile @Nullable MessageHandshake handshake;

  /** Messages of that handshake which are to be delivered. Used by the engine thread only. */
  private Queue<Message> delivered = new ArrayDeque<>();

  /** Whether the last message was answered already. Used by the engine thread only. */
  private boolean isLastAnswered;

  WebSocketConnection(WebSocketOptions options, Attempt attempt, Upgrade upgrade, Random random) {
    this.options = options;
    this.attempt = attempt;
    this.upgrade = upgrade;
    this.random = random;
    this.time = attempt.timekeeper();
    this.inbound =
        new InboundQueue(
            time,
            options.maxInboundMessages(),
            options.maxInboundBytes(),
            options.putsAway() ? PUT_AWAY_NANOS : Long.MAX_VALUE);
  }

  @Override
  public void open() throws IOException {
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.claim(attempt.subscription());
    }
    WebSocketSettings settings = options.messages().settings();
    if (settings != null) {
      settings.claim(attempt.subscription());
    }
    WebSocketSession opened = shakeHands();
    opened.start();
    session = opened;
    CloseFrame closing = closeFrame.get();
    if (closing != null) { // Then close() may have missed the session.
      opened.close(closing);
      if (isCut) {
        opened.cut();
      }
      throw closed();
    }
    FrameSender outbound = opened.outbound();
    outbound.hold();
    if (!options.isSenderLate()) {
      attachSender(outbound);
    }
    makeHandshake(outbound);
    callOnOpen(outbound);
    if (options.isSenderLate()) {
      attachSender(outbound);
    }
    outbound.sendHeld();
    opened.startKeepAlive();
    answerEarlyControls();
    waitingSinceNanos = time.nanoTime();
  }

  /** A sender that keeps messages goes on elsewhere with what a lost connection has not taken. */
  private void releaseSender(FrameSender outbound, CloseOccasion occasion) {
    WebSocketSender sender = options.sender();
    boolean isLost = occasion == CloseOccasion.STALE || occasion == CloseOccasion.FAILURE;
    if (sender != null && isLost) {
      sender.release(outbound);
    }
  }

  private void attachSender(FrameSender outbound) {
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.attach(outbound);
      if (isClosed) {
        sender.detach(outbound);
      }
    }
  }

  @Override
  public @Nullable ServerResponse response() {
    return upgrade.response();
  }

  private WebSocketSession shakeHands() throws IOException {
    Response response = upgrade.open();
    boolean isAgreed = false;
    Socket socket = response.socket();
    if (socket == null) {
      throw new IllegalStateException("Expected a socket in the response 101");
    }
    try {
      Extensions extensions =
          Handshake.check(response, options, upgrade.endpoint(), upgrade::shown);
      WebSocketSession opened =
          new WebSocketSession(upgrade, socket, extensions, options, inbound, time, random);
      isAgreed = true;
      return opened;
    } finally {
      if (!isAgreed) {
        upgrade.close();
        socket.getSource().close();
        socket.getSink().close();
      }
    }
  }

  private void callOnOpen(FrameSender outbound) throws IOException {
    OpenHandler handler = options.onOpen();
    if (handler == null) {
      return;
    }
    try {
      handler.onOpen(WebSocketSender.of(outbound), attempt.cursor());
    } catch (Throwable e) {
      throw handlerFailure("onOpen", e);
    }
    if (isClosed) {
      throw closed();
    }
  }

  private void makeHandshake(FrameSender outbound) throws IOException {
    ResumingHandshakeHandler handler = options.handshake();
    if (handler == null) {
      return;
    }
    MessageHandshake begun =
        new MessageHandshake(
            WebSocketSender.of(outbound),
            inbound,
            time,
            upgrade.endpoint(),
            options.handshakeLimit());
    handshake = begun;
    try {
      handler.shakeHands(begun, attempt.cursor());
    } catch (Throwable e) {
      if (e instanceof IOException failure && begun.hasThrown(e)) {
        throw failure;
      }
      throw handlerFailure("the handshake handler", e);
    } finally {
      handshake = null;
    }
    delivered = begun.delivered();
    if (isClosed) {
      throw closed();
    }
  }

  /** Returns how the connection ends because a handler threw. */
  private IOException handlerFailure(String handler, Throwable thrown) {
    return isClosed && !(thrown instanceof VirtualMachineError)
        ? closed()
        : HandlerFailure.of(handler, thrown, upgrade.endpoint());
  }

  /** A handshake in messages has its own time, which begins when the connection is made. */
  @Override
  public long openingNanosLeft() {
    MessageHandshake begun = handshake;
    return begun == null ? 0 : Math.max(0, begun.nanosLeft());
  }

  /**
   * Answers the control messages that have come while the connection was opened. If the handler
   * throws, the connection ends with what came before that message, as on the reader thread.
   */
  private void answerEarlyControls() {
    for (List<Message> early = inbound.takeControls();
        !early.isEmpty();
        early = inbound.takeControls()) {
      for (Message message : early) {
        try {
          answer(message);
        } catch (IOException e) {
          inbound.endAfter(message, e);
          return;
        }
      }
    }
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    try {
      Frame frame = poll();
      if (frame == null) {
        waitingSinceNanos = time.nanoTime();
        while (frame == null) {
          await(leftNanos(limits));
          frame = poll();
        }
      }
      return frame;
    } catch (TransportException e) {
      if (options.endsWithClose() && e.isOrderly()) {
        return null;
      }
      throw e;
    }
  }

  private @Nullable Frame poll() throws IOException {
    if (isClosed) {
      throw closed();
    }
    Message earlier = delivered.poll();
    Frame polled = earlier != null ? earlier : inbound.poll();
    isLastAnswered = polled instanceof Message message && message.isAnswered();
    return polled;
  }

  private void await(long nanos) throws InterruptedIOException {
    try {
      inbound.await(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting for a message").initCause(e);
    }
  }

  /**
   * Returns how long the read may still wait.
   *
   * @throws IOException if it may not: the connection is stale or stalled
   */
  private long leftNanos(Deadlines limits) throws IOException {
    WebSocketSession open = session();
    ActivitySource activity = open.activity();
    ReadDeadline deadline =
        new ReadDeadline(time.nanoTime(), activity.lastByteNanos(), waitingSinceNanos);
    return open.isInsideMessage()
        ? deadline.leftNanos(limits, upgrade.endpoint(), activity.messageStartNanos())
        : deadline.leftNanos(limits, upgrade.endpoint());
  }

  @Override
  public void control(Frame message) throws IOException {
    if (!isLastAnswered) {
      answer(message);
    }
  }

  private void answer(Frame message) throws IOException {
    ControlHandler handler = options.onControl();
    if (handler != null) {
      try {
        handler.onControl(WebSocketSender.of(session().outbound()), message);
      } catch (Throwable e) {
        throw handlerFailure("onControl", e);
      }
    }
  }

  /** Not with a heartbeat of the application, whose server may not expect pings. */
  @Override
  public void probe() {
    WebSocketSession open = session;
    if (open != null && options.usesPings()) {
      open.probe();
    }
  }

  @Override
  public String endpoint() {
    return upgrade.endpoint();
  }

  @Override
  public long bytesRead() {
    WebSocketSession open = session;
    return open == null ? 0 : open.activity().bytesRead();
  }

  @Override
  public long lastByteNanos() {
    WebSocketSession open = session;
    return open == null ? 0 : open.activity().lastByteNanos();
  }

  @Override
  public long waitingSinceNanos() {
    return waitingSinceNanos;
  }

  @Override
  public boolean refuseCredential() {
    return upgrade.refuseCredential();
  }

  @Override
  public void close() {
    close(CloseOccasion.CLOSE);
  }

  @Override
  public void closeNow() {
    isCut = true;
    close();
    WebSocketSession open = session;
    if (open != null) {
      open.cut();
    }
  }

  @Override
  public void close(CloseOccasion occasion) {
    closeFrame.compareAndSet(null, options.closeFrame(occasion));
    isClosed = true;
    WebSocketSession open = session;
    if (open == null) {
      upgrade.close();
      return;
    }
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.detach(open.outbound());
    }
    releaseSender(open.outbound(), occasion);
    open.close(Objects.requireNonNull(closeFrame.get()));
  }

  private WebSocketSession session() {
    WebSocketSession open = session;
    if (open == null) {
      throw new IllegalStateException("Expected an open connection but open() did not return");
    }
    return open;
  }

  private IOException closed() {
    return new IOException("The connection to " + upgrade.endpoint() + " was closed");
  }
}
