package dev.perennial.tests.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A report of a malformed event says where the event is, and hides its text. */
@Timeout(60)
class MalformedPlaceTest {

  @Test
  void skippedEventIsReportedWithItsLineAndByte() throws Exception {
    String body =
        ": hello\n\ndata: {\"n\":1}\n\ndata: {\"token\":\"s3cret\"\n\ndata: {\"n\":2}\n\n";
    EventRecorder<Numbered> recorder =
        EventRecorder.<Numbered>create().waitingAtMost(Duration.ofSeconds(20));
    RecordingObserver observer = RecordingObserver.create();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> exchange.answer(200, List.of("Content-Type: text/event-stream"), body))) {
      Sse.builder(server.uri("/ticks").toString()).endsWithBody().stream(Numbered.class)
          .withMalformedSkipped()
          .withObserver(observer)
          .subscribe(recorder.listener());

      recorder.assertEvents(new Numbered(1), new Numbered(2));
      recorder.assertCompleted();
      assertEquals(
          List.of(
              "malformed Expected an event that can be decoded from "
                  + server.uri("/ticks")
                  + " but was 17 bytes of type \"message\" at line 5, byte 24 of the connection,"
                  + " that begin with \"{\"token\":\"x9xxxx\"\": Unexpected end-of-input: expected"
                  + " close marker for Object (start marker at line 1, column 1), at line 1, column"
                  + " 18 of the data"),
          observer.lines("malformed"));
    }
  }

  /** What the events hold. */
  record Numbered(int n) {}
}
