package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.testkit.internal.ByteBuilder;
import dev.perennial.testkit.internal.FrameCodec;
import dev.perennial.testkit.internal.RealTime;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes events as text messages of a WebSocket, many frames at once. */
public final class WebSocketEventWriter implements EventWriter {

  /** How long to wait for the client's close frame. */
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final Exchange exchange;
  private final WebSocketSettings settings;
  private final WebSocketFrameWriter writer;
  private final WebSocketInbox inbox;
  private final ByteBuilder payload = new ByteBuilder(0, 1024);
  private final ByteBuilder frames = new ByteBuilder(0, FULL_BYTES * 3 / 2);
  private long pingMessages; // sent so far
  private long nextPingMessageNanos; // as of RealTime.nanoTime()

  public WebSocketEventWriter(Exchange exchange, WebSocketSettings settings, WebSocketTally tally) {
    this.exchange = exchange;
    this.settings = settings;
    this.writer = new WebSocketFrameWriter(exchange);
    int connection = exchange.request().connection();
    this.inbox = new WebSocketInbox(connection, writer, tally, settings.answersPings());
  }

  @Override
  public int status() {
    return 101;
  }

  @Override
  public void open(Runnable onLeft) throws IOException {
    String subprotocol =
        WebSocketHandshake.subprotocol(exchange.request(), settings.subprotocols());
    exchange.write(
        WebSocketHandshake.head(
            exchange.request(),
            subprotocol == null ? List.of() : List.of("Sec-WebSocket-Protocol: " + subprotocol)));
    exchange.watchPeer(
        input -> read(input, onLeft),
        () -> {
          inbox.end();
          onLeft.run();
        });
    if (settings.pingMessageInterval() != null) {
      nextPingMessageNanos = RealTime.nanoTime() + RealTime.nanosOf(settings.pingMessageInterval());
    }
  }

  private void read(InputStream input, Runnable onLeft) throws IOException {
    try {
      inbox.read(input);
    } finally {
      onLeft.run();
    }
  }

  /** Waits for the client's first text message; null when none comes. */
  public @Nullable String awaitFirstText(Duration limit) throws InterruptedException {
    return inbox.awaitFirstText(limit);
  }

  @Override
  public Duration patience() {
    Duration patience = settings.heartbeat() == null ? IDLE_WAIT : settings.heartbeat();
    if (settings.pingMessageInterval() == null) {
      return patience;
    }
    long nanos = Math.max(0, nextPingMessageNanos - RealTime.nanoTime());
    return nanos < RealTime.nanosOf(patience) ? Duration.ofNanos(nanos) : patience;
  }

  @Override
  public void add(LoggedEvent event) throws IOException {
    settings.events().add(payload, event);
    addText();
    if (frames.size() >= FULL_BYTES) {
      writer.write(frames);
    }
  }

  /** Writes a text message at once. */
  public void send(String text) throws IOException {
    writer.send(WebSocketFrame.text(text));
  }

  @Override
  public void flush() throws IOException {
    addDuePingMessage();
    writer.write(frames);
  }

  @Override
  public void onQuiet() throws IOException {
    addDuePingMessage();
    if (frames.size() == 0 && settings.heartbeat() != null) {
      addHeartbeat();
    }
    writer.write(frames);
  }

  private void addHeartbeat() {
    if (settings.heartbeatMessages()) {
      payload.add(JsonEventFormat.HEARTBEAT);
      addText();
    } else {
      FrameCodec.add(frames, WebSocketFrame.PING, payload);
    }
  }

  private void addDuePingMessage() {
    Duration interval = settings.pingMessageInterval();
    if (interval == null || nextPingMessageNanos - RealTime.nanoTime() > 0) {
      return;
    }
    nextPingMessageNanos = RealTime.nanoTime() + RealTime.nanosOf(interval);
    pingMessages++;
    payload.add("{\"ping\":" + pingMessages + "}");
    addText();
  }

  private void addText() {
    FrameCodec.add(frames, WebSocketFrame.TEXT, payload);
    payload.clear();
  }

  @Override
  public void end(End of) throws IOException, InterruptedException {
    switch (of) {
      case OF_LOG -> close(settings.closeAtEnd());
      case OF_CONNECTION -> close(settings.closeOfConnection());
      case OF_CLIENT -> inbox.awaitEnd(CLOSE_WAIT);
    }
  }

  /** Sends a close frame unless one was sent, and waits for the client's. */
  public void close(WebSocketFrame close) throws IOException, InterruptedException {
    writer.send(close);
    inbox.awaitEnd(CLOSE_WAIT);
  }
}
