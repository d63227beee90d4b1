package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.RealTime;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

class ChaosProxyTest extends ChaosProxyFixture {

  @Test
  void bytesPassUnchangedAndAreCounted() throws Exception {
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals(new Received(ANSWER, false), client.readToEnd());
    }

    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
    long requestBytes = "GET / HTTP/1.1\r\nHost: test\r\n\r\n".length();
    assertEquals(
        new ProxyCounters(1, 0, requestBytes, ANSWER.getBytes(UTF_8).length, Map.of()),
        proxy.counters());
  }

  @Test
  void resetByTheServerIsPassedOn() throws Exception {
    handler =
        exchange -> {
          exchange.write("half");
          exchange.cut(Cut.RST);
        };

    assertEquals(new Received("half", true), get());
  }

  @Test
  void closeByTheClientIsPassedOn() throws Exception {
    handler = exchange -> exchange.awaitPeerClose(LIMIT);
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      server.takeRequest(LIMIT);
      assertTrue(client.socket().isConnected());
    }

    Bounded.await("the server's end", () -> server.liveConnections() == 0);
    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
  }

  @Test
  void frozenProxyForwardsNothingAndLosesNothing() throws Exception {
    handler = exchange -> exchange.write("x".repeat(100_000));
    proxy.freeze();
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertTrue(isSilent(client, Duration.ofMillis(80)));
      assertEquals(0, server.requests().size());

      proxy.thaw();

      assertEquals(new Received("x".repeat(100_000), false), client.readToEnd());
      assertEquals(1, proxy.counters().faults(ProxyFault.FREEZE));
    }
  }

  @Test
  void freezeHoldsBackTheEndOfTheStream() throws Exception {
    handler =
        exchange -> {
          exchange.write("a");
          exchange.input().read();
        };
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals('a', client.read());
      proxy.freeze();
      server.close();

      assertTrue(isSilent(client, Duration.ofMillis(80)));
      proxy.thaw();

      assertEquals("", client.readToEnd().text());
    }
  }

  @Test
  void frozenConnectionCanBeReset() throws Exception {
    handler = this::stream;
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      client.read();
      proxy.freeze();

      proxy.cutAll(Cut.RST);

      assertTrue(client.readToEnd().reset());
    }
  }

  @Test
  void downRefusesAndUpServesOnTheSamePort() throws Exception {
    handler = this::stream;
    int port = proxy.port();
    try (RawClient client = RawClient.get(port, "/")) {
      client.read();

      proxy.down();
      proxy.down();

      assertTrue(client.readToEnd().reset());
      for (int i = 0; i < 20; i++) {
        assertThrows(ConnectException.class, () -> RawClient.connect(port));
      }
    }

    handler = exchange -> exchange.write(ANSWER);
    proxy.up();
    proxy.up();

    assertEquals(port, proxy.port());
    assertEquals(new Received(ANSWER, false), get());
    assertEquals(1, proxy.counters().faults(ProxyFault.DOWN));
  }

  @Test
  void proxyGoesDownAndUpManyTimes() throws Exception {
    for (int i = 0; i < 50; i++) {
      proxy.down();
      assertThrows(ConnectException.class, () -> RawClient.connect(proxy.port()));
      proxy.up();
      assertEquals(new Received(ANSWER, false), get());
    }
  }

  @Test
  void clientOfAServerThatIsNotThereIsReset() throws Exception {
    server.close();

    try (RawClient client = RawClient.connect(proxy.port())) {
      assertTrue(client.readToEnd().reset());
    }
  }

  @Test
  void blackHoleLooksAliveAndStaysOne() throws Exception {
    BlockingQueue<String> go = new ArrayBlockingQueue<>(1);
    handler =
        exchange -> {
          exchange.write("a");
          go.take();
          exchange.write("lost");
        };
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals('a', client.read());

      proxy.blackHole(Direction.TO_CLIENT);
      go.add("go");

      // The server has closed by now, which does not pass either.
      Bounded.await("the server's end", () -> server.liveConnections() == 0);
      proxy.calm();
      assertTrue(isSilent(client, Duration.ofMillis(60)));
      assertEquals(1, proxy.counters().live());
    }
    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
    handler = exchange -> exchange.write(ANSWER);
    assertEquals(new Received(ANSWER, false), get());
  }

  @Test
  void fiftyConnectionsPassAtOnce() throws Exception {
    handler =
        exchange -> {
          exchange.write(exchange.request().target() + "\n");
          exchange.awaitPeerClose(LIMIT);
        };
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clients.add(RawClient.get(proxy.port(), "/" + i));
    }

    for (int i = 0; i < 50; i++) {
      assertEquals('/', clients.get(i).read());
    }
    assertEquals(50, proxy.counters().live());
    for (RawClient client : clients) {
      client.close();
    }
    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
    assertEquals(50, proxy.counters().accepted());
  }

  @Test
  void hugeAnswerPassesComplete() throws Exception {
    String block = "0123456789".repeat(100_000);
    handler =
        exchange -> {
          for (int i = 0; i < 20; i++) {
            exchange.write(block);
          }
        };

    assertEquals(block.repeat(20), get().text());
  }

  @Test
  void closeEndsThreadsAndSocketsWhateverTheyWaitFor() throws Exception {
    handler = this::stream;
    RawClient streaming = RawClient.get(proxy.port(), "/");
    streaming.read();
    proxy.slice(Direction.TO_CLIENT, 1, Duration.ofHours(1));
    RawClient sliced = RawClient.get(proxy.port(), "/");
    sliced.read();
    proxy.freeze();
    RawClient frozen = RawClient.get(proxy.port(), "/");
    Bounded.await("three connections", () -> proxy.counters().live() == 3);

    long start = RealTime.nanoTime();
    proxy.close();
    proxy.close();

    assertTrue(Bounded.millisSince(start) < 1_000);
    assertEquals(Set.of(), Bounded.threadsOf("proxy", proxy.port()));
    assertEquals(0, proxy.counters().live());
    for (RawClient client : List.of(streaming, sliced, frozen)) {
      client.readToEnd();
      client.close();
    }
    assertThrows(ConnectException.class, () -> RawClient.connect(proxy.port()));
  }

  @Test
  void targetOffThisMachineIsRefused() {
    InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 80);

    var refused =
        assertThrows(IllegalArgumentException.class, () -> ChaosProxy.inFrontOf(elsewhere));

    assertEquals("target must be a loopback address but was /192.0.2.1:80", refused.getMessage());
  }
}
