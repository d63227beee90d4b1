package dev.perennial.internal.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.perennial.Payload;
import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.classify.Classifier.OrderlyEnd;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassifyingConnectionTest {
  private static final Deadlines LIMITS = new Deadlines(1, 1);

  @Test
  void theMarkerEndsTheStreamAndIsNoEvent() throws Exception {
    StreamConnection connection =
        classified(
            classifier(p -> p.text().equals("[DONE]"), null, null, null, OrderlyEnd.TOO_EARLY),
            "a",
            "[DONE]",
            "never read");

    assertEquals(List.of("EVENT a", "END [DONE]"), readAll(connection));
    assertNull(connection.read(LIMITS));
  }

  @Test
  void theLastEventIsDeliveredAndThenTheStreamEnds() throws Exception {
    StreamConnection connection =
        classified(
            classifier(null, p -> p.text().equals("completed"), null, null, OrderlyEnd.TOO_EARLY),
            "a",
            "completed",
            "never read");

    assertEquals(List.of("EVENT a", "EVENT completed", "END "), readAll(connection));
    assertNull(connection.read(LIMITS));
  }

  @Test
  void aBodyThatEndsBeforeTheDeclaredEndIsIncomplete() throws Exception {
    StreamConnection connection =
        classified(classifier(p -> false, null, null, null, OrderlyEnd.TOO_EARLY), "a");
    connection.read(LIMITS);

    TransportException e = assertThrows(TransportException.class, () -> connection.read(LIMITS));

    assertEquals(Reason.INCOMPLETE, e.reason());
    assertEquals("Expected the declared end but http://host/ ended without it", e.getMessage());
    assertFalse(e.isPermanent());
  }

  @Test
  void theConnectionJudgesWhetherAnIncompleteStreamMayComeAgain() {
    StreamConnection connection =
        new ClassifyingConnection(
            new Scripted() {
              @Override
              public TransportException refine(TransportException failure) {
                return failure.permanent();
              }
            },
            null,
            new Classifier(
                null,
                null,
                null,
                null,
                null,
                p -> false,
                null,
                null,
                null,
                null,
                4096,
                OrderlyEnd.TOO_EARLY),
            null,
            "http://host/");

    TransportException e = assertThrows(TransportException.class, () -> connection.read(LIMITS));

    assertTrue(e.isPermanent());
  }

  @Test
  void theOrderlyEndOfTheBodyIsTheEndWhenSaidSo() throws Exception {
    StreamConnection connection =
        classified(classifier(null, null, null, null, OrderlyEnd.OF_STREAM), "a");

    assertEquals(List.of("EVENT a", "END "), readAll(connection));
    assertNull(connection.read(LIMITS));
  }

  @Test
  void heartbeatsAreFoundBeforeClassifyIsAsked() throws Exception {
    StreamConnection connection =
        classified(
            classifier(
                null,
                null,
                p -> p.text().equals("ping"),
                p -> Kind.valueOf(p.text()),
                OrderlyEnd.OF_CONNECTION),
            "ping",
            "EVENT",
            "CURSOR",
            "CONTROL",
            "GAP",
            "END");

    assertEquals(
        List.of(
            "HEARTBEAT ping",
            "EVENT EVENT",
            "CURSOR CURSOR",
            "CONTROL CONTROL",
            "GAP GAP",
            "END END"),
        readAll(connection));
    assertNull(connection.read(LIMITS));
  }

  @Test
  void whatIsNoEventIsNotClassified() throws Exception {
    StreamConnection connection =
        new ClassifyingConnection(
            new Scripted(Frame.heartbeat(), Frame.cursor("7")),
            null,
            new Classifier(
                null,
                null,
                null,
                null,
                null,
                p -> true,
                null,
                null,
                p -> Kind.GAP,
                null,
                4096,
                OrderlyEnd.TOO_EARLY),
            null,
            "http://host/");

    assertEquals(Kind.HEARTBEAT, connection.read(LIMITS).kind());
    assertEquals(Kind.CURSOR, connection.read(LIMITS).kind());
  }

  @Test
  void anotherKindKeepsIdTypeAndCursor() throws Exception {
    StreamConnection connection =
        new ClassifyingConnection(
            new Scripted(Frame.event("7", "bookmark", "x".getBytes(UTF_8))),
            null,
            new Classifier(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                p -> Kind.CURSOR,
                null,
                4096,
                OrderlyEnd.OF_CONNECTION),
            null,
            "http://host/");

    Frame frame = connection.read(LIMITS);

    assertEquals(Kind.CURSOR, frame.kind());
    assertEquals("7", frame.id());
    assertEquals("7", frame.cursor());
    assertEquals("bookmark", frame.type());
  }

  @Test
  void aFunctionThatThrowsMakesItsEventDefectiveAndNoOther() throws Exception {
    StreamConnection connection =
        classified(
            classifier(
                null,
                null,
                null,
                p -> {
                  if (p.text().equals("a")) {
                    throw new IllegalStateException("canary");
                  }
                  return Kind.HEARTBEAT;
                },
                OrderlyEnd.OF_CONNECTION),
            "a",
            "b");

    Frame frame = connection.read(LIMITS);

    assertEquals(Kind.EVENT, frame.kind());
    assertEquals("a", frame.text());
    assertEquals(
        "a function that was set for it threw java.lang.IllegalStateException",
        frame.defect().getMessage());
    assertEquals("canary", frame.defect().getCause().getMessage());
    Frame next = connection.read(LIMITS);
    assertEquals(Kind.HEARTBEAT, next.kind());
    assertNull(next.defect());
  }

  @Test
  void everyFunctionMayThrow() throws Exception {
    Predicate<Payload> throwing =
        p -> {
          throw new IllegalStateException("canary");
        };
    OrderlyEnd end = OrderlyEnd.OF_CONNECTION;

    for (Classifier classifier :
        List.of(
            classifier(throwing, null, null, null, end),
            classifier(null, throwing, null, null, end),
            classifier(null, null, throwing, null, end))) {
      assertNotNull(classified(classifier, "a").read(LIMITS).defect());
    }
  }

  @Test
  void nullIsNoKind() throws Exception {
    StreamConnection connection =
        classified(classifier(null, null, null, p -> null, OrderlyEnd.OF_CONNECTION), "a");

    assertInstanceOf(NullPointerException.class, connection.read(LIMITS).defect().getCause());
  }

  @Test
  void noFunctionSeesADefectiveEvent() throws Exception {
    Frame event = Frame.event(null, "message", "x".getBytes(UTF_8));
    Frame defective = new ClassifiedFrame().of(event).defective(new IOException("half"));
    Predicate<Payload> unasked = p -> fail("Expected not to be asked");
    StreamConnection connection =
        new ClassifyingConnection(
            new Scripted(defective),
            null,
            new Classifier(
                p -> fail("cursor"),
                null,
                null,
                p -> fail("id"),
                p -> fail("error"),
                unasked,
                unasked,
                unasked,
                p -> fail("kind"),
                null,
                4096,
                OrderlyEnd.TOO_EARLY),
            null,
            "http://host/");

    assertSame(defective, connection.read(LIMITS));
  }

  private static Classifier classifier(
      @Nullable Predicate<? super Payload> endsAt,
      @Nullable Predicate<? super Payload> endsAfter,
      @Nullable Predicate<? super Payload> heartbeat,
      @Nullable Function<? super Payload, Kind> kindOf,
      OrderlyEnd connectionEnd) {
    return new Classifier(
        null,
        null,
        null,
        null,
        null,
        endsAt,
        endsAfter,
        heartbeat,
        kindOf,
        null,
        4096,
        connectionEnd);
  }

  private static StreamConnection classified(Classifier classifier, String... events) {
    Frame[] frames = new Frame[events.length];
    for (int i = 0; i < events.length; i++) {
      frames[i] = Frame.event(null, "message", events[i].getBytes(UTF_8));
    }
    return new ClassifyingConnection(new Scripted(frames), null, classifier, null, "http://host/");
  }

  private static List<String> readAll(StreamConnection connection) throws IOException {
    List<String> frames = new ArrayList<>();
    for (Frame f = connection.read(LIMITS); f != null; f = connection.read(LIMITS)) {
      frames.add(f.kind() + " " + f.text());
    }
    return frames;
  }

  /** A connection that brings some frames and ends. */
  private static class Scripted implements StreamConnection {
    private final Iterator<Frame> frames;

    Scripted(Frame... frames) {
      this.frames = List.of(frames).iterator();
    }

    @Override
    public void open() {}

    @Override
    public @Nullable Frame read(Deadlines limits) {
      return frames.hasNext() ? frames.next() : null;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long lastByteNanos() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
