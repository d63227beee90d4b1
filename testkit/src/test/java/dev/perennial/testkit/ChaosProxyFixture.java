package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;

import dev.perennial.testkit.RawClient.Received;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server, and a proxy in front of it. */
abstract class ChaosProxyFixture {

  static final String ANSWER = "HTTP/1.1 200 \r\nContent-Length: 9\r\n\r\nzażółć";

  LoopbackServer server;
  ChaosProxy proxy;

  /** What the server does next; by default it sends a small answer. */
  volatile LoopbackServer.Handler handler = exchange -> exchange.write(ANSWER);

  @BeforeEach
  void start() throws IOException {
    server = LoopbackServer.start(exchange -> handler.handle(exchange));
    proxy = ChaosProxy.inFrontOf(server.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    server.close();
  }

  Received get() throws IOException {
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      return client.readToEnd();
    }
  }

  void stream(Exchange exchange) throws IOException {
    while (true) {
      exchange.write("0123456789");
    }
  }

  /** Returns whether neither a byte nor the end arrives within this time. */
  static boolean isSilent(RawClient client, Duration duration) throws IOException {
    client.socket().setSoTimeout((int) duration.toMillis());
    try {
      client.read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      client.socket().setSoTimeout((int) LIMIT.toMillis());
    }
  }
}
