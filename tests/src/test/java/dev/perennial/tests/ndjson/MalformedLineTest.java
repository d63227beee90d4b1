package dev.perennial.tests.ndjson;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a line that is not JSON. */
@Timeout(60)
class MalformedLineTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ServedLines.PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();

  @Test
  void malformedLineEndsTheConnectionAndIsRequestedAgain() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":2,}\n", "{\"id\":2}\n")) {
      Ndjson.builder(server.url()).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
      assertEquals("/changes", server.take().target());
      assertEquals("/changes?since=1", server.take().target());
      assertEquals("/changes?since=2", server.take().target());
    }
  }

  @Test
  void malformedLineAtTheSameCursorIsPoisonAtTheThirdTime() throws Exception {
    String bad = "{\"id\":2\n";
    try (ServedLines server = ServedLines.of("{\"id\":1}\n" + bad, bad, bad)) {
      Ndjson.builder(server.url()).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      recorder.assertEvents("{\"id\":1}");
      StreamException poison = recorder.takeFailure();
      assertEquals(Reason.POISON, poison.reason());
      StreamException last = assertInstanceOf(StreamException.class, poison.getCause());
      assertEquals(Reason.MALFORMED, last.reason());
      assertEquals(3, server.requests());
    }
  }

  @Test
  void malformedLineCanBeSkippedAndItsPositionIsReported() throws Exception {
    String body = "\ufeff{\"id\":1}\r\n\n{\"id\":2} {\"token\":\"s3cret\"}\n{\"id\":3}\n";
    try (ServedLines server = ServedLines.of(body)) {
      skipping(server);

      recorder.assertEvents("{\"id\":1}", "{\"id\":3}");
      recorder.assertCompleted();
      assertEquals(
          List.of(
              "malformed Expected an event that can be decoded from "
                  + server.url()
                  + " but was 27 bytes of type \"message\" at line 3, byte 14 of the connection,"
                  + " that begin with \"{\"id\":9} {\"token\":\"x9xxxx\"}\": there is more after"
                  + " its JSON value"),
          observer.lines("malformed"));
    }
  }

  @Test
  void malformedLineDoesNotMoveTheCursor() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":2}x\n", "{\"id\":3}\n")) {
      skipping(server);

      recorder.assertEvents("{\"id\":1}", "{\"id\":3}");
      recorder.assertCompleted();
      server.take();
      assertEquals("/changes?since=1", server.take().target());
    }
  }

  @Test
  void anIdOfAMalformedLineIsNotRemembered() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":2}x\n", "{\"id\":2}\n")) {
      skipping(server);

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nul", "{\"a\":1", "[1]]", "01", "'a'"})
  void neitherDecoderNorFunctionsSeeInvalidJson(String bad) throws Exception {
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    try (ServedLines server = ServedLines.of("1\n" + bad + "\n2\n")) {
      Ndjson.builder(server.url())
          .cursor(payload -> saw(asked, payload))
          .id(payload -> saw(asked, payload))
          .sequence(payload -> saw(asked, payload))
          .heartbeat(payload -> saw(asked, payload) == null)
          .endsAfter(payload -> saw(asked, payload) == null)
          .classify(payload -> saw(asked, payload) == null ? Payload.Kind.GAP : Payload.Kind.EVENT)
          .stream(payload -> saw(asked, payload))
          .withMalformedSkipped()
          .withObserver(observer)
          .subscribe(recorder.listener());

      assertEquals("1", recorder.takeEvent().data());
      assertEquals("2", recorder.takeEvent().data());
      recorder.close();
      assertEquals(1, observer.lines("malformed").size());
      assertTrue(asked.stream().noneMatch(bad::equals), asked::toString);
    }
  }

  private static String saw(List<String> asked, Payload payload) {
    asked.add(payload.text());
    return payload.text();
  }

  @Test
  void dataThatTheDecoderRejectsIsTreatedTheSameWay() throws Exception {
    EventRecorder<Numbered> numbers =
        EventRecorder.<Numbered>create().waitingAtMost(ServedLines.PATIENCE);
    try (ServedLines server = ServedLines.of("{\"n\":1}\n{\"n\":\"x\"}\nnull\n{\"n\":2}\n")) {
      Ndjson.builder(server.url()).endsWithBody().stream(Numbered.class)
          .withMalformedSkipped()
          .withObserver(observer)
          .subscribe(numbers.listener());

      numbers.assertEvents(new Numbered(1), new Numbered(2));
      numbers.assertCompleted();
      assertEquals(2, observer.lines("malformed").size());
    }
  }

  /** What the events hold. */
  record Numbered(int n) {}

  @ParameterizedTest
  @ValueSource(strings = {"x\n", "9\n{\"id\":2}7", "101\n"})
  void brokenFramingEndsTheConnectionEvenIfLinesAreSkipped(String broken) throws Exception {
    try (ServedLines server = ServedLines.of("8\n{\"id\":1}" + broken, "8\n{\"id\":2}")) {
      Ndjson.builder(server.url()).lengthPrefixed().maxEventBytes(100).stream()
          .withMalformedSkipped()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .withObserver(observer)
          .subscribe(recorder.listener());

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
      assertEquals(List.of(), observer.lines("malformed"));
      server.take();
      assertEquals("/changes?since=1", server.take().target());
    }
  }

  @Test
  void truncatedLineIsNotDeliveredWhateverTheOption() throws Exception {
    AtomicInteger answers = new AtomicInteger();
    LoopbackServer.Handler handler =
        exchange -> {
          String head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n";
          if (answers.getAndIncrement() == 0) {
            exchange.write(head + "Content-Length: 100\r\n\r\n{\"id\":1}\n12");
          } else {
            exchange.write(head + "Content-Length: 3\r\n\r\n123");
            exchange.awaitPeerClose(ServedLines.PATIENCE);
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Ndjson.builder(server.uri("/").toString()).lastLineWithoutNewline().stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      assertEquals("{\"id\":1}", recorder.takeEvent().data());
      assertEquals("123", recorder.takeEvent().data());
      recorder.close();
      assertEquals("1", server.requests().get(1).queryParameter("since"));
    }
  }

  private void skipping(ServedLines server) {
    Ndjson.builder(server.url()).stream()
        .withMalformedSkipped()
        .withRetry(RetryPolicy.fixed(ofMillis(1)))
        .withObserver(observer)
        .subscribe(recorder.listener());
  }
}
