package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.Arrays.asList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What events mean is an option of every transport. Data is {@code key:value}. */
class CustomTransportTest extends EngineTest {

  @Test
  void cursorIsFoundInThePayloadAndRecognisesReplays() {
    StreamBuilder<?> builder =
        builder(
            opens().event(null, "5:a").event(null, "6:b").cut(),
            opens().event(null, "6:b").event(null, "7:c").declaresEnd());

    listen(stream(builder.cursor(CustomTransportTest::key)));

    recorder.assertEvents("5:a", "6:b", "7:c");
    recorder.assertCompleted();
    assertEquals(asList(null, "6"), transport.cursors());
  }

  @Test
  void idIsFoundInThePayloadAndLeavesTheCursorToTheTransport() {
    StreamBuilder<?> builder =
        builder(
            opens().eventAt("c1", null, "x:1").cut(),
            opens().eventAt("c2", null, "x:1").eventAt("c3", null, "y:2").cut(),
            opens().declaresEnd());

    listen(stream(builder.id(CustomTransportTest::key)));

    recorder.assertEvents("x:1", "y:2");
    recorder.assertCompleted();
    assertEquals(asList(null, "c1", "c3"), transport.cursors());
  }

  @Test
  void missingNumberOfASequenceIsAGap() {
    StreamBuilder<?> builder = builder(opens().event("1", "1:a").event("3", "3:b").declaresEnd());

    listen(stream(builder.sequence(CustomTransportTest::key)).withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1:a");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SEQUENCE, gap.reason());
    assertEquals(1, gap.missed());
    assertNull(gap.sequenceKey());
    recorder.assertEvents("3:b");
    recorder.assertCompleted();
  }

  @Test
  void sequenceMayBeNumberedForEachKey() {
    StreamBuilder<?> builder =
        builder(opens().event("1", "a:1").event("2", "b:1").event("3", "b:3").declaresEnd());

    listen(
        stream(builder.sequence(CustomTransportTest::key, CustomTransportTest::value))
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("a:1", "b:1");
    Gap gap = recorder.takeGap();
    assertEquals(1, gap.missed());
    assertEquals("b", gap.sequenceKey());
    recorder.assertEvents("b:3");
    recorder.assertCompleted();
  }

  @Test
  void heartbeatIsNotDelivered() {
    StreamBuilder<?> builder =
        builder(opens().event("1", "a:1").event(null, "ping:").event("2", "b:2").declaresEnd());

    listen(stream(builder.heartbeat(payload -> key(payload).equals("ping"))));

    recorder.assertEvents("a:1", "b:2");
    recorder.assertCompleted();
  }

  @Test
  void heartbeatWithACursorMovesThePosition() {
    StreamBuilder<?> builder =
        builder(
            opens().event("1", "a:1").event("2", "ping:").event(null, "ping:").ends(),
            opens().event("3", "b:3").declaresEnd());

    listen(stream(builder.heartbeat(payload -> key(payload).equals("ping"))));

    assertEquals(asList(null, "2"), transport.cursors());
    recorder.assertEvents("a:1", "b:3");
    assertEquals("3", subscription().cursor());
  }

  @Test
  void classifiedEventsAreTreatedAsTheirKind() {
    StreamBuilder<?> builder =
        builder(
            opens()
                .event("1", "EVENT:a")
                .event("2", "CURSOR:")
                .event(null, "CONTROL:")
                .event(null, "HEARTBEAT:")
                .event(null, "GAP:lost")
                .event("3", "EVENT:b")
                .event(null, "END:"));

    listen(
        stream(builder.classify(payload -> Payload.Kind.valueOf(key(payload))))
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("EVENT:a");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SERVER, gap.reason());
    assertEquals("2", gap.lastCursor());
    recorder.assertEvents("EVENT:b");
    recorder.assertCompleted();
  }

  @Test
  void streamEndsAtItsMarker() {
    StreamBuilder<?> builder = builder(opens().event("1", "a:1").event("2", "[DONE]"));

    listen(stream(builder.endsAt(payload -> payload.text().equals("[DONE]"))));

    recorder.assertEvents("a:1");
    recorder.assertCompleted();
  }

  @Test
  void streamWithoutItsMarkerIsIncompleteAndResumes() {
    StreamBuilder<?> builder =
        builder(opens().event("1", "a:1").ends(), opens().event("2", "[DONE]"));

    listen(stream(builder.endsAt(payload -> payload.text().equals("[DONE]"))));

    recorder.assertEvents("a:1");
    recorder.assertCompleted();
    assertEquals(asList(null, "1"), transport.cursors());
  }

  /** A language model may think for long after its first heartbeats, and cannot be asked again. */
  @Test
  void streamThatCannotBeReplacedLearnsNoLimitOnSilence() {
    StreamBuilder<?> builder =
        builder(
            opens()
                .times(3, c -> c.silence(ofSeconds(10)).heartbeat())
                .silence(ofMinutes(4))
                .event(null, "a:1")
                .event(null, "[DONE]"));

    listen(stream(builder.endsAt(payload -> payload.text().equals("[DONE]"))));

    recorder.assertEvents("a:1");
    recorder.assertCompleted();
  }

  @Test
  void streamEndsAfterItsLastEvent() {
    StreamBuilder<?> builder = builder(opens().event("1", "a:1").event("2", "last:2"));

    listen(stream(builder.endsAfter(payload -> key(payload).equals("last"))));

    recorder.assertEvents("a:1", "last:2");
    recorder.assertCompleted();
  }

  @Test
  void functionThatThrowsMakesItsEventMalformed() {
    StreamBuilder<?> builder =
        builder(opens().event("1", "a:1").event("2", "no colon").event("3", "b:2").declaresEnd());

    listen(stream(builder.cursor(CustomTransportTest::key)).withMalformedSkipped());

    recorder.assertEvents("a:1", "b:2");
    recorder.assertCompleted();
  }

  @Test
  void cursorThatIsTooLongEndsTheConnection() {
    ConnectionScript sameEvent = opens().event(null, "a:1");
    StreamBuilder<?> builder = builder(sameEvent, sameEvent, sameEvent);
    String tooLong = "x".repeat(StreamBuilder.MAX_CURSOR_BYTES + 1);

    listen(stream(builder.cursor(payload -> tooLong)).withCursor("0"));

    assertEquals(Reason.POISON, recorder.takeFailure().reason());
  }

  @Test
  void laterOptionsDoNotChangeAStreamThatIsMade() {
    StreamBuilder<?> builder = builder(opens().event("1", "a:1").declaresEnd());
    EventStream<String> made = stream(builder);

    builder.endsAt(payload -> true);
    listen(made);

    recorder.assertEvents("a:1");
    recorder.assertCompleted();
  }

  @Test
  void decoderAndTextAreChoices() {
    StreamBuilder<?> builder = builder(opens().event("1", "a:1").declaresEnd());

    listen(builder.stream().withRuntime(time.runtime()));

    recorder.assertEvents("a:1");
    assertTrue(builder.stream().toString().contains(transport.endpoint()));
  }

  private StreamBuilder<?> builder(ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return StreamBuilder.of(transport);
  }

  private EventStream<String> stream(StreamBuilder<?> builder) {
    return builder.stream(Decoder.text()).withRuntime(time.runtime()).withObserver(observer);
  }

  private static String key(Payload payload) {
    return parts(payload).get(0);
  }

  private static String value(Payload payload) {
    return parts(payload).get(1);
  }

  private static List<String> parts(Payload payload) {
    int colon = payload.text().indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no colon");
    }
    return List.of(payload.text().substring(0, colon), payload.text().substring(colon + 1));
  }
}
