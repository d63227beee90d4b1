package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.LoopbackListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChaosProxyCutTest extends ChaosProxyFixture {

  @Test
  void nextConnectionIsCutAtEachByteOfTheAnswer() throws Exception {
    byte[] answer = ANSWER.getBytes(UTF_8);
    for (Cut cut : Cut.values()) {
      for (int after = 0; after <= answer.length; after++) {
        proxy.cutNext(Direction.TO_CLIENT, after, cut);
        try (RawClient client = RawClient.get(proxy.port(), "/")) {
          String expected = new String(answer, 0, after, UTF_8);

          assertEquals(
              new Received(expected, cut == Cut.RST),
              client.readToEnd(),
              () -> cut + " after " + expected);
        }
      }
    }

    long cuts = answer.length + 1L;
    assertEquals(
        Map.of(ProxyFault.FIN, cuts, ProxyFault.RST, cuts, ProxyFault.HALF_CLOSE, cuts),
        proxy.counters().faults());
  }

  @Test
  void requestIsCutAtEachByte() throws Exception {
    String request = "GET / HTTP/1.1\r\n\r\n";
    proxy.close();
    BlockingQueue<Received> seen = new ArrayBlockingQueue<>(1);
    try (LoopbackListener raw =
        LoopbackListener.reserve("raw", socket -> seen.add(received(socket)))) {
      raw.up();
      proxy = ChaosProxy.inFrontOf(raw.port());
      for (int after = 0; after < request.length(); after++) {
        proxy.cutNext(Direction.TO_SERVER, after, after % 2 == 0 ? Cut.FIN : Cut.RST);
        try (RawClient client = RawClient.connect(proxy.port())) {
          client.send(request);

          assertEquals(
              new Received(request.substring(0, after), after % 2 != 0),
              seen.poll(10, TimeUnit.SECONDS));
        }
      }
    }
  }

  @Test
  void cutsOfNextConnectionsAreTakenInOrderAndThenNoMore() throws Exception {
    proxy.cutNext(Direction.TO_CLIENT, 3, Cut.FIN);
    proxy.cutNext(Direction.TO_CLIENT, 5, Cut.FIN);

    assertEquals("HTT", get().text());
    assertEquals("HTTP/", get().text());
    assertEquals(ANSWER, get().text());
  }

  @Test
  void everyConnectionIsCutUntilCalm() throws Exception {
    proxy.cutEvery(Direction.TO_CLIENT, 4, Cut.RST);
    proxy.cutNext(Direction.TO_CLIENT, 1, Cut.FIN);

    assertEquals(new Received("H", false), get());
    assertEquals(new Received("HTTP", true), get());
    assertEquals(new Received("HTTP", true), get());
    proxy.calm();
    assertEquals(new Received(ANSWER, false), get());
  }

  @Test
  void halfClosedConnectionStillSends() throws Exception {
    BlockingQueue<Integer> received = new ArrayBlockingQueue<>(1);
    handler =
        exchange -> {
          exchange.write("12345");
          received.add(exchange.input().read());
        };
    proxy.cutNext(Direction.TO_CLIENT, 2, Cut.HALF_CLOSE);
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals(new Received("12", false), client.readToEnd());
      client.send("!");

      assertEquals((int) '!', received.poll(10, TimeUnit.SECONDS));
    }
    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
  }

  @Test
  void halfCloseOfAllEndsTheAnswersOnly() throws Exception {
    handler = this::stream;
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      client.read();

      proxy.cutAll(Cut.HALF_CLOSE);

      assertFalse(client.readToEnd().reset());
      assertEquals(1, proxy.counters().live());
    }
    Bounded.await("no live connection", () -> proxy.counters().live() == 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"FIN", "RST"})
  void cutOfAllEndsBothSides(Cut cut) throws Exception {
    handler = this::stream;
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      client.read();

      proxy.cutAll(cut);

      assertEquals(cut == Cut.RST, client.readToEnd().reset());
      Bounded.await("the server's end", () -> server.liveConnections() == 0);
      assertEquals(0, proxy.counters().live());
      assertEquals(1, proxy.counters().faults(ProxyFault.valueOf(cut.name())));
    }
  }

  @Test
  void clientThatResumesAfterEveryCutGetsEveryEvent() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    for (int i = 0; i < 300; i++) {
      log.append("event " + i);
    }
    log.end();
    List<String> ids = new ArrayList<>();
    try (FakeSseServer events = FakeSseServer.start(log);
        ChaosProxy cutting = ChaosProxy.inFrontOf(events.port())) {
      cutting.cutEvery(Direction.TO_CLIENT, 701, Cut.RST);
      for (int connection = 0; connection < 300 && ids.size() < 300; connection++) {
        readIds(cutting, ids);
      }
    }

    assertEquals(IntStream.rangeClosed(1, 300).mapToObj(Integer::toString).toList(), ids);
  }

  /** Resumes after the last id, and adds those that arrive complete before the connection ends. */
  private static void readIds(ChaosProxy proxy, List<String> ids) throws IOException {
    String last = ids.isEmpty() ? "" : ids.get(ids.size() - 1);
    try (RawClient client = RawClient.get(proxy.port(), "/", "Last-Event-ID: " + last)) {
      client.readHead();
      while (true) {
        String id = client.readLine().substring("id: ".length());
        client.readLine();
        client.readLine();
        ids.add(id);
      }
    } catch (IOException e) {
      // Cut, or at the end of the log.
    }
  }

  private static Received received(Socket socket) {
    try (RawClient peer = RawClient.over(socket)) {
      return peer.readToEnd();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
