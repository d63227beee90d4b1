package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Upgrade;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;
import okhttp3.Response;
import okio.Socket;
import org.jspecify.annotations.Nullable;

/** One WebSocket, as the engine sees it. */
final class WebSocketConnection implements StreamConnection {
  private final WebSocketOptions options;
  private final Attempt attempt;
  private final Upgrade upgrade;
  private final Random random;
  private final Timekeeper time;
  private final InboundQueue inbound;

  /** Written by the engine's thread alone. */
  private volatile long waitingSinceNanos;

  /** Null until the handshake is done. */
  private volatile @Nullable WebSocketSession live;

  private volatile boolean isClosed;

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
            /* waitsWhenFull= */ !options.usesPings());
  }

  @Override
  public void open() throws IOException {
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.claim(attempt.subscription());
    }
    WebSocketSession opened = shakeHands();
    opened.start();
    live = opened;
    if (isClosed) {
      opened.close();
      throw closed();
    }
    FrameSender outbound = opened.outbound();
    outbound.hold();
    if (sender != null) {
      sender.attach(outbound);
      if (isClosed) {
        sender.detach(outbound);
      }
    }
    sendFirst(opened);
    outbound.sendHeld();
    opened.startHeartbeat();
    waitingSinceNanos = time.nanoTime();
  }

  private WebSocketSession shakeHands() throws IOException {
    Response response = upgrade.open();
    boolean isAgreed = false;
    Socket socket = response.socket();
    if (socket == null) {
      throw new IllegalStateException("Expected an answer 101 to have a socket");
    }
    try {
      Extensions extensions = Handshake.check(response, options, upgrade.endpoint());
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

  private void sendFirst(WebSocketSession opened) throws IOException {
    OpenHandler handler = options.onOpen();
    if (handler == null) {
      return;
    }
    try {
      handler.onOpen(WebSocketSender.of(opened.outbound()), attempt.cursor());
    } catch (RuntimeException e) {
      throw new TransportException(
          Reason.CONNECT,
          "Expected onOpen to send to "
              + upgrade.endpoint()
              + " but it threw "
              + e.getClass().getName(),
          e);
    }
    if (isClosed) {
      throw closed();
    }
  }

  @Override
  public @Nullable Frame read(Deadlines limits) throws IOException {
    Frame ready = poll();
    if (ready != null) {
      return ready;
    }
    waitingSinceNanos = time.nanoTime();
    while (true) {
      await(patienceNanos(limits));
      ready = poll();
      if (ready != null) {
        return ready;
      }
    }
  }

  private @Nullable Frame poll() throws IOException {
    if (isClosed) {
      throw closed();
    }
    return inbound.poll();
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
   * How long to wait from now.
   *
   * @throws IOException when that is over
   */
  private long patienceNanos(Deadlines limits) throws IOException {
    WebSocketSession socket = live();
    ActivitySource life = socket.life();
    ReadDeadline patience = new ReadDeadline(time.nanoTime(), life.lastByteNanos(), waitingSinceNanos);
    return socket.isInsideMessage()
        ? patience.leftNanos(limits, upgrade.endpoint(), life.messageBeganNanos())
        : patience.leftNanos(limits, upgrade.endpoint());
  }

  @Override
  public void control(Frame message) throws IOException {
    ControlHandler handler = options.onControl();
    if (handler != null) {
      handler.onControl(WebSocketSender.of(live().outbound()), message);
    }
  }

  @Override
  public long bytesRead() {
    WebSocketSession socket = live;
    return socket == null ? 0 : socket.life().bytesRead();
  }

  @Override
  public long lastByteNanos() {
    WebSocketSession socket = live;
    return socket == null ? 0 : socket.life().lastByteNanos();
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
    isClosed = true;
    WebSocketSession socket = live;
    if (socket == null) {
      upgrade.close();
      return;
    }
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.detach(socket.outbound());
    }
    socket.close();
  }

  private WebSocketSession live() {
    WebSocketSession socket = live;
    if (socket == null) {
      throw new IllegalStateException("Expected an open connection but open() did not return");
    }
    return socket;
  }

  private IOException closed() {
    return new IOException("The connection to " + upgrade.endpoint() + " was closed");
  }
}
