package dev.perennial.tests.websocket;

import static java.time.Duration.ofSeconds;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server of topics. An event is {@code TOPIC NUMBER}. The client sends {@code sub TOPIC [NUMBER]}
 * and {@code unsub TOPIC}; the answer to the first is {@code ok TOPIC} and what follows the number.
 */
final class TopicServer implements AutoCloseable {
  final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
  private final LoopbackServer server;
  private final Map<String, Integer> last = new HashMap<>(); // Guarded by this.
  private final List<Connection> connections = new ArrayList<>(); // Guarded by this.

  private record Connection(WebSocketExchange socket, Set<String> topics) {}

  TopicServer() throws IOException {
    server = LoopbackServer.start(this::serve);
  }

  String url() {
    return server.uri("/").toString();
  }

  int requests() {
    return server.requests().size();
  }

  int liveConnections() {
    return server.liveConnections();
  }

  private void serve(Exchange exchange) throws IOException {
    Connection connection = new Connection(WebSocketExchange.accept(exchange), new HashSet<>());
    synchronized (this) {
      connections.add(connection);
    }
    try {
      for (WebSocketFrame frame = connection.socket.read(ofSeconds(60));
          frame != null && frame.opcode() != WebSocketFrame.CLOSE;
          frame = connection.socket.read(ofSeconds(60))) {
        if (frame.opcode() == WebSocketFrame.TEXT) {
          handle(connection, frame.text());
        }
      }
    } finally {
      synchronized (this) {
        connections.remove(connection);
      }
    }
  }

  private synchronized void handle(Connection connection, String command) throws IOException {
    String[] words = command.split(" ");
    if (words[0].equals("unsub")) {
      connection.topics.remove(words[1]);
    } else {
      connection.topics.add(words[1]);
      connection.socket.send(WebSocketFrame.text("ok " + words[1]));
      int next = words.length == 3 ? Integer.parseInt(words[2]) + 1 : Integer.MAX_VALUE;
      for (int i = next; i <= last.getOrDefault(words[1], 0); i++) {
        connection.socket.send(WebSocketFrame.text(words[1] + " " + i));
      }
    }
    commands.add(command);
  }

  /** Appends an event, and returns its text. */
  synchronized String append(String topic) throws IOException {
    String event = topic + " " + last.merge(topic, 1, Integer::sum);
    for (Connection connection : connections) {
      if (connection.topics.contains(topic)) {
        connection.socket.send(WebSocketFrame.text(event));
      }
    }
    return event;
  }

  synchronized void cut() {
    connections.forEach(connection -> connection.socket.cut(Cut.RST));
    connections.clear();
  }

  synchronized void closeWith(int code) throws IOException {
    for (Connection connection : connections) {
      connection.socket.send(WebSocketFrame.close(code, ""));
    }
  }

  String takeCommand() throws InterruptedException {
    return String.valueOf(commands.poll(20, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    server.close();
  }
}
