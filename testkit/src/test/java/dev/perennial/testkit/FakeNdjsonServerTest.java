package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.testkit.RawClient.Received;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeNdjsonServerTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void streamBeginsWithWhatIsRetainedAndGoesOnLive() throws Exception {
    log.append("price", "a");
    try (FakeNdjsonServer server = FakeNdjsonServer.start(log);
        RawClient client = RawClient.get(server.port(), "/ticks")) {
      List<String> head = client.readHead();
      String retained = client.readLine();
      log.append("b\n\"c\"");

      assertEquals(
          List.of(
              "HTTP/1.1 200",
              "Content-Type: application/x-ndjson",
              "Cache-Control: no-store",
              "Transfer-Encoding: chunked",
              "Connection: close"),
          head);
      assertEquals("{\"id\":\"1\",\"type\":\"price\",\"data\":\"a\"}", retained);
      assertEquals("{\"id\":\"2\",\"data\":\"b\\n\\\"c\\\"\"}", client.readLine());
    }
  }

  @Test
  void sinceResumesAfterItsCursorAndTheHeaderWins() throws Exception {
    log.append("a");
    log.append("b");
    log.append("c");
    try (FakeNdjsonServer server = FakeNdjsonServer.start(log);
        RawClient byQuery = RawClient.get(server.port(), "/?since=2");
        RawClient byHeader = RawClient.get(server.port(), "/?since=2", "Last-Event-ID: 1")) {
      byQuery.readHead();
      byHeader.readHead();

      assertEquals("{\"id\":\"3\",\"data\":\"c\"}", byQuery.readLine());
      assertEquals("{\"id\":\"2\",\"data\":\"b\"}", byHeader.readLine());
    }
  }

  @Test
  void hostileIdComesBackAsACursor() throws Exception {
    FakeEventLog hostile = FakeEventLog.retaining(10, number -> "{\"é&+\\\": " + number + "}");
    hostile.append("a");
    hostile.append("b");
    try (FakeNdjsonServer server = FakeNdjsonServer.start(hostile);
        RawClient client =
            RawClient.get(server.port(), "/?since=%7B%22%C3%A9%26%2B%5C%22%3A+1%7D")) {
      assertEquals(200, client.readStatus());

      assertEquals(
          "{\"é&+\\\": 2}", new ObjectMapper().readTree(client.readLine()).get("id").textValue());
      assertEquals("{\"é&+\\\": 1}", server.takeRequest(LIMIT).cursor());
    }
  }

  @Test
  void numericIdsAreNumbers() throws Exception {
    log.append("a");
    try (FakeNdjsonServer server = FakeNdjsonServer.builder(log).numericIds().start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals("{\"id\":1,\"data\":\"a\"}", client.readLine());
    }
  }

  @Test
  void heartbeatsAreBlankLinesWhileNothingIsSent() throws Exception {
    log.append("a");
    try (FakeNdjsonServer server =
            FakeNdjsonServer.builder(log).heartbeatEvery(Duration.ofMillis(5)).start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals("{\"id\":\"1\",\"data\":\"a\"}", client.readLine());
      assertEquals("", client.readLine());
      assertEquals("", client.readLine());
    }
  }

  @Test
  void heartbeatsAreObjectsWhereAsked() throws Exception {
    try (FakeNdjsonServer server =
            FakeNdjsonServer.builder(log)
                .heartbeatEvery(Duration.ofMillis(5))
                .heartbeatObjects()
                .start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals("{\"type\":\"heartbeat\"}", client.readLine());
      assertEquals("{\"type\":\"heartbeat\"}", client.readLine());
    }
  }

  @Test
  void lengthComesBeforeEachEventWhereAsked() throws Exception {
    log.append("é");
    log.append("b");
    log.end();
    try (FakeNdjsonServer server = FakeNdjsonServer.builder(log).lengthPrefixed().start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals("22", client.readLine());
      assertEquals("{\"id\":\"1\",\"data\":\"é\"}21", client.readLine());
      StringBuilder last = new StringBuilder();
      for (int next = client.readChunked(); next >= 0; next = client.readChunked()) {
        last.append((char) next);
      }
      assertEquals("{\"id\":\"2\",\"data\":\"b\"}", last.toString());
    }
  }

  @Test
  void lengthComesBeforeHeartbeatObjectsToo() throws Exception {
    try (FakeNdjsonServer server =
            FakeNdjsonServer.builder(log)
                .lengthPrefixed()
                .heartbeatEvery(Duration.ofMillis(5))
                .heartbeatObjects()
                .start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals("20", client.readLine());
      assertEquals("{\"type\":\"heartbeat\"}20", client.readLine());
    }
  }

  @Test
  void endOfTheLogEndsTheBodyOrderly() throws Exception {
    log.append("last");
    try (FakeNdjsonServer server = FakeNdjsonServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      client.readLine();

      log.end();

      assertEquals(-1, client.readChunked());
      assertEquals(new Received("", false), client.readToEnd());
    }
  }

  @Test
  void manyEventsArriveCompleteAndInOrder() throws Exception {
    int count = 200_000;
    String data = "x".repeat(80);
    try (FakeNdjsonServer server = FakeNdjsonServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      for (int i = 0; i < count; i++) {
        log.append(data);
      }
      client.readHead();

      for (int i = 1; i <= count; i++) {
        assertEquals("{\"id\":\"" + i + "\",\"data\":\"" + data + "\"}", client.readLine());
      }
      assertEquals(1, server.liveConnections());
    }
  }
}
