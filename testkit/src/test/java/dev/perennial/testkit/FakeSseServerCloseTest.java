package dev.perennial.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.RealTime;
import java.io.EOFException;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FakeSseServerCloseTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void endedLogEndsBodiesOrderlyAndIsThenAnswered204() throws Exception {
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      client.readLines(2);
      client.readLine();

      log.append("last");
      log.end();

      assertEquals(List.of("id: 2", "data: last"), client.readLines(2));
      client.readLine();
      assertEquals(-1, client.readChunked());
      assertEquals(new Received("", false), client.readToEnd());
      assertEquals(204, statusOf(server, "Last-Event-ID: 2"));
      assertEquals(200, statusOf(server, "Last-Event-ID: 1"));
    }
  }

  @Test
  void endAllEndsBodiesOrderlyAndTheNextRequestIsServed() throws Exception {
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      client.readLines(2);
      client.readLine();

      server.endAll();

      assertEquals(-1, client.readChunked());
      assertEquals(new Received("", false), client.readToEnd());
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertEquals(200, statusOf(server, "Last-Event-ID: 1"));
    }
  }

  @Test
  void cutAllByResetIsAnErrorForEveryClient() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient one = RawClient.get(server.port(), "/");
        RawClient two = RawClient.get(server.port(), "/")) {
      one.readHead();
      two.readHead();

      server.cutAll(Cut.RST);

      assertEquals(new Received("", true), one.readToEnd());
      assertEquals(new Received("", true), two.readToEnd());
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void cutAllByFinEndsTheBodyWithoutItsLastChunk() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.FIN);

      assertThrows(EOFException.class, client::readChunked);
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void halfClosedConnectionCountsUntilTheClientCloses() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.HALF_CLOSE);
      assertEquals(new Received("", false), client.readToEnd());
      log.append("unheard");
      assertEquals(1, server.liveConnections());
      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void clientThatClosesIsNoticedWithoutAnEvent() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      RawClient client = RawClient.get(server.port(), "/");
      client.readHead();
      assertEquals(1, server.liveConnections());

      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void readerThatLagsIsEndedOrderly() throws Exception {
    FakeEventLog small = FakeEventLog.retaining(8);
    String large = "x".repeat(1024 * 1024);
    small.append(large);
    try (FakeSseServer server = FakeSseServer.start(small);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      // The client does not read, so the server cannot write all of this before the log drops it.
      for (int i = 0; i < 40; i++) {
        small.append(large);
      }

      String text = client.readToEnd().text();

      assertTrue(text.endsWith("0\r\n\r\n"));
      assertFalse(text.contains("id: 41\n"));
    }
  }

  @Test
  void closeEndsThreadsAndSockets() throws Exception {
    FakeSseServer server = FakeSseServer.start(log);
    try (RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      long start = RealTime.nanoTime();
      server.close();

      assertTrue(Bounded.millisSince(start) < 1_000);
      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
      assertEquals(0, server.liveConnections());
      assertEquals(new Received("", false), client.readToEnd());
    }
  }

  @Test
  void closeEndsAStreamThatIsNotRead() throws Exception {
    String large = "x".repeat(1024 * 1024);
    for (int i = 0; i < 32; i++) {
      log.append(large);
    }
    FakeSseServer server = FakeSseServer.start(log);
    try (RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.close();

      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
    }
  }

  @Test
  void resetReachesAClientThatDoesNotRead() throws Exception {
    String large = "x".repeat(1024 * 1024);
    for (int i = 0; i < 32; i++) {
      log.append(large);
    }
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.RST);

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertThrows(
          SocketException.class,
          () -> {
            while (client.read() >= 0) {
              // What had arrived may still be read.
            }
          });
    }
  }

  private static int statusOf(FakeSseServer server, String... headerLines) throws Exception {
    try (RawClient client = RawClient.get(server.port(), "/", headerLines)) {
      return client.readStatus();
    }
  }
}
