package dev.perennial.conformance.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Plays one reply on one exchange, on the exchange's thread. */
final class ReplyPlayer {
  /** Lets pages of any origin read the answers, since a client may run in a browser. */
  static final List<String> CORS =
      List.of(
          "Access-Control-Allow-Origin: *",
          "Access-Control-Allow-Headers: *, Authorization, Last-Event-ID",
          "Access-Control-Allow-Methods: GET, POST");

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(40);

  private final RunContext run;
  private final Protocol protocol;
  private final Trace trace;
  private final TimeScale scale;
  private final ServerAddresses addresses;
  private final Exchange exchange;
  private final TracedRequest request;
  private final int number;
  private final boolean asksForDelay;

  /**
   * Held while a WebSocket is written to: the peer's reader answers pings while events are sent.
   */
  private final ReentrantLock writing = new ReentrantLock();

  /** Held while nothing is to be read from a WebSocket. */
  private final ReentrantLock reading = new ReentrantLock();

  // Guarded by writing.
  private boolean isCloseSent;

  private volatile boolean isIgnoringPings;

  // Confined to the exchange's thread.
  private boolean beginsWithMark;
  private boolean isChunked;
  private @Nullable WebSocketExchange socket; // Null unless a WebSocket is open.

  ReplyPlayer(
      RunContext run,
      ServerAddresses addresses,
      Exchange exchange,
      TracedRequest request,
      boolean asksForDelay) {
    this.run = run;
    this.protocol = run.scenario().protocol;
    this.trace = run.trace();
    this.scale = run.scale();
    this.addresses = addresses;
    this.exchange = exchange;
    this.request = request;
    this.number = request.number();
    this.asksForDelay = asksForDelay;
  }

  void play(List<Step> steps) throws IOException, InterruptedException {
    beginsWithMark = steps.stream().anyMatch(ReplyPlayer::isMark);
    boolean isDone = false;
    try {
      for (Step step : steps) {
        play(step);
      }
      isDone = true;
    } finally {
      readOn();
      if (!isDone) {
        run.record(number, new Step.Hold()); // The client left, or the run was over: it saw no end.
      }
    }
  }

  /** Returns whether a step sends the beginning of a byte order mark. */
  private static boolean isMark(Step step) {
    return step instanceof Step.Send send
        && send.bytes().length > 0
        && send.bytes()[0] == (byte) 0xef;
  }

  private void play(Step step) throws IOException, InterruptedException {
    if (!(step instanceof Step.Replay)) {
      run.record(number, step);
    }
    if (step instanceof Step.Answer answer) {
      List<String> lines = new ArrayList<>(CORS);
      answer.headerLines().forEach(line -> lines.add(addresses.resolve(line)));
      trace.add(Kind.ANSWER, number, answer.status() + " " + answer.headerLines());
      exchange.answer(answer.status(), lines, answer.body());
    } else if (step instanceof Step.Open open) {
      open(open);
    } else if (step instanceof Step.Send send) {
      write(send.bytes(), send.description());
    } else if (step instanceof Step.Close close) {
      trace.sent(number, close.description(), close.frame().encoded());
      sendClose(close.frame());
    } else if (step instanceof Step.Raw raw) {
      trace.sent(number, raw.description(), RunContext.kept(raw.bytes()));
      exchange.write(raw.bytes());
    } else if (step instanceof Step.Replay replay) {
      for (Step.Send event : replay.events(protocol, request.cursor())) {
        play(event);
      }
    } else if (step instanceof Step.Pause pause) {
      Duration time = scale.real(pause.time());
      trace.add(Kind.WAITED, number, Format.duration(time));
      exchange.pause(time);
    } else if (step instanceof Step.Await await) {
      trace.await(await.condition(), scale.limit(run.scenario().limit));
    } else if (step instanceof Step.Break cut) {
      trace.add(Kind.FAULT, number, cut.description());
      exchange.cut(cut.how());
    } else if (step instanceof Step.End) {
      end();
    } else if (step instanceof Step.Hold) {
      exchange.watchPeer(this::left);
      exchange.awaitPeerClose(LONG);
    } else if (step instanceof Step.Flood flood) {
      flood(flood);
    } else if (step instanceof Step.StopReading) {
      reading.lock();
    } else if (step instanceof Step.ReadOn) {
      readOn();
    } else if (step instanceof Step.IgnorePings) {
      isIgnoringPings = true;
    } else {
      throw new IllegalStateException("Unknown step " + step);
    }
  }

  private void readOn() {
    if (reading.isHeldByCurrentThread()) {
      reading.unlock();
    }
  }

  // ---- Opening ----

  private void open(Step.Open open) throws IOException {
    if (protocol == Protocol.WEBSOCKET) {
      openSocket(open);
      return;
    }
    exchange.watchPeer(this::left);
    isChunked = open.isChunked();
    StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
    if (!open.contentType().isEmpty()) {
      head.append("Content-Type: ").append(open.contentType()).append("\r\n");
    }
    CORS.forEach(line -> head.append(line).append("\r\n"));
    open.headerLines().forEach(line -> head.append(addresses.resolve(line)).append("\r\n"));
    head.append("Cache-Control: no-store\r\n");
    head.append(isChunked ? "Transfer-Encoding: chunked\r\n" : "");
    head.append("Connection: close\r\n\r\n");
    byte[] bytes = head.toString().getBytes(UTF_8);
    trace.sent(number, "200, the stream is open", bytes);
    exchange.write(bytes);
    // A byte order mark counts at the very start only.
    if (asksForDelay && !beginsWithMark) {
      long millis = Math.max(1, scale.real(run.scenario().settings.baseDelay).toMillis());
      write(("retry: " + millis + "\n\n").getBytes(UTF_8), "retry: " + millis);
    }
  }

  private void openSocket(Step.Open open) throws IOException {
    WebSocketExchange opened =
        WebSocketExchange.accept(
            exchange, open.headerLines().stream().map(addresses::resolve).toList());
    trace.sent(number, "101, the WebSocket is open", new byte[0]);
    socket = opened;
    exchange.watchPeer(input -> readFrames(opened), this::left);
  }

  private void left() {
    trace.add(Kind.LEFT, number, "the client has closed the connection");
  }

  /** Records what the client sends, answers its pings, and its close frame if it closes first. */
  private void readFrames(WebSocketExchange opened) throws IOException {
    for (WebSocketFrame frame = opened.read(LONG); frame != null; frame = readNext(opened)) {
      boolean isClose = frame.opcode() == WebSocketFrame.CLOSE;
      trace.add(
          Kind.RECEIVED,
          number,
          isClose ? "close " + frame.closeCode() : Format.visible(frame.toString()));
      if (frame.opcode() == WebSocketFrame.PING && !isIgnoringPings) {
        send(opened, WebSocketFrame.of(WebSocketFrame.PONG, frame.payload()));
      } else if (isClose) {
        answerClose(frame);
      }
    }
  }

  private @Nullable WebSocketFrame readNext(WebSocketExchange opened) throws IOException {
    reading.lock();
    try {
      // Nothing: it has waited while a step forbade to read.
    } finally {
      reading.unlock();
    }
    return opened.read(LONG);
  }

  /** Answers, unless this is the answer; then the server closes first (RFC 6455 7.1.1). */
  private void answerClose(WebSocketFrame close) throws IOException {
    boolean hasCode = close.closeCode() != WebSocketFrame.NO_CODE;
    sendClose(hasCode ? WebSocketFrame.close(close.closeCode(), "") : WebSocketFrame.close());
    exchange.cut(Cut.HALF_CLOSE);
  }

  /** Sends a close frame unless one was sent. */
  private void sendClose(WebSocketFrame close) throws IOException {
    writing.lock();
    try {
      if (!isCloseSent) {
        isCloseSent = true;
        exchange.write(close.encoded());
      }
    } finally {
      writing.unlock();
    }
  }

  private void send(WebSocketExchange opened, WebSocketFrame frame) throws IOException {
    writing.lock();
    try {
      opened.send(frame);
    } finally {
      writing.unlock();
    }
  }

  // ---- Writing ----

  private void write(byte[] bytes, String description) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    trace.sent(number, description, RunContext.kept(bytes));
    writeBody(isChunked ? chunk(bytes) : bytes);
  }

  private void writeBody(byte[] bytes) throws IOException {
    writing.lock();
    try {
      if (isCloseSent) {
        throw new IOException("The client has closed the WebSocket"); // RFC 6455 5.5.1.
      }
      exchange.write(bytes);
    } finally {
      writing.unlock();
    }
  }

  private static byte[] chunk(byte[] bytes) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 16);
    chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
    chunk.writeBytes(bytes);
    chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
    return chunk.toByteArray();
  }

  private void flood(Step.Flood flood) throws IOException {
    trace.sent(number, flood.description(), RunContext.kept(flood.unit()));
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    while (block.size() < 16 * 1024) {
      block.writeBytes(flood.unit());
    }
    byte[] bytes = isChunked ? chunk(block.toByteArray()) : block.toByteArray();
    for (long sent = 0; sent < flood.bytes(); sent += bytes.length) {
      writeBody(bytes);
    }
    trace.add(Kind.FLOODED, number, "");
  }

  // ---- Ending ----

  private void end() throws IOException, InterruptedException {
    if (socket != null) {
      trace.add(Kind.ENDED, number, "the WebSocket is closed");
      sendClose(WebSocketFrame.close(1001, "going away"));
      exchange.awaitPeerClose(scale.real(CLOSE_WAIT));
    } else {
      trace.add(Kind.ENDED, number, "the stream ends in order");
      if (isChunked) {
        exchange.write("0\r\n\r\n");
      }
    }
  }
}
