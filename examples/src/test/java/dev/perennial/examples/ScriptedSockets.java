package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that follows one script on each of its WebSockets in turn, and after the script reads
 * what the client still sends.
 */
final class ScriptedSockets implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Script> scripts;
  private final List<String> headerLines;
  private final AtomicInteger opened = new AtomicInteger();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final LoopbackServer server;

  /** What the server does on one WebSocket. */
  @FunctionalInterface
  interface Script {
    void follow(Socket socket) throws IOException, InterruptedException;

    /** Called before the handshake is answered. */
    default void beforeOpening() throws InterruptedException {}
  }

  /** A script whose WebSocket opens only when it may. */
  static Script opening(CountDownLatch when, Script script) {
    return new Script() {
      @Override
      public void beforeOpening() throws InterruptedException {
        when.await();
      }

      @Override
      public void follow(Socket socket) throws IOException, InterruptedException {
        script.follow(socket);
      }
    };
  }

  /** One WebSocket, on its script's thread. */
  record Socket(WebSocketExchange exchange, ReceivedRequest request) {
    void send(String text) throws IOException {
      exchange.send(WebSocketFrame.text(text));
    }

    /** Reads the client's next message. */
    String read() throws IOException {
      WebSocketFrame frame = exchange.read(PATIENCE);
      if (frame == null || frame.opcode() != WebSocketFrame.TEXT) {
        throw new IOException("Expected a text message but was " + frame);
      }
      return frame.text();
    }

    void close(int code) throws IOException {
      exchange.send(WebSocketFrame.close(code, ""));
    }

    /** Reads the client's next message. */
    JsonNode readJson() throws IOException {
      return JSON.readTree(read());
    }

    void cut() {
      exchange.cut(Cut.RST);
    }

    /** As {@link #cut()}, in another way each time. */
    void cut(int index) {
      exchange.cut(Cut.values()[index % Cut.values().length]);
    }
  }

  private ScriptedSockets(List<String> headerLines, List<Script> scripts) throws IOException {
    this.headerLines = headerLines;
    this.scripts = scripts;
    this.server = LoopbackServer.start(this::serve);
  }

  static ScriptedSockets start(Script... scripts) throws IOException {
    return new ScriptedSockets(List.of(), List.of(scripts));
  }

  /** A server that selects a subprotocol. */
  static ScriptedSockets speaking(String subprotocol, Script... scripts) throws IOException {
    return new ScriptedSockets(List.of("Sec-WebSocket-Protocol: " + subprotocol), List.of(scripts));
  }

  private void serve(Exchange exchange) throws IOException, InterruptedException {
    int index = opened.getAndIncrement();
    if (index == scripts.size()) {
      exchange.answer(204, List.of(), ""); // The stream is over.
      return;
    }
    Script script = scripts.get(index);
    script.beforeOpening();
    WebSocketExchange socket = WebSocketExchange.accept(exchange, headerLines);
    script.follow(new Socket(socket, exchange.request()));
    hearOut(socket);
  }

  /** Reads until the client is gone: its messages, then {@code close} and the code. */
  private void hearOut(WebSocketExchange socket) throws IOException {
    WebSocketFrame frame = socket.read(PATIENCE);
    while (frame != null) {
      boolean isClose = frame.opcode() == WebSocketFrame.CLOSE;
      heard.add(isClose ? "close " + frame.closeCode() : frame.text());
      frame = isClose ? null : socket.read(PATIENCE);
    }
  }

  /** Returns what a client sent after the end of its script, in order. */
  String takeHeard() throws InterruptedException {
    String next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("Expected a message from the client but got none");
    }
    return next;
  }

  /** Returns the server's requests and their headers. */
  LoopbackServer server() {
    return server;
  }

  String authority() {
    return server.uri("/").getAuthority();
  }

  String url(String path) {
    return "ws://" + authority() + path;
  }

  @Override
  public void close() {
    server.close();
  }
}
