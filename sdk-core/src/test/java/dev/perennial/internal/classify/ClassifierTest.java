package dev.perennial.internal.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.Payload;
import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.classify.Classifier.OrderlyEnd;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where ids and cursors are found. */
class ClassifierTest {
  private static final Frame EVENT = Frame.event("own", "message", "x".getBytes(UTF_8));
  private static final Function<Payload, @Nullable String> ID = payload -> "doc";
  private static final Function<Payload, @Nullable String> SEQ = payload -> "12-x";
  private static final Function<Payload, @Nullable String> EMPTY = payload -> "";
  private static final Function<Payload, @Nullable String> ABSENT = payload -> null;

  private final ClassifiedFrame into = new ClassifiedFrame();

  @Test
  void withoutFunctionsTheFormatCounts() throws Exception {
    assertSame(EVENT, identifying(null, null).classify(EVENT, null, into));
  }

  @Test
  void theIdIsTheCursorUnlessItIsSet() throws Exception {
    assertIdAndCursor("12-x", "12-x", identifying(SEQ, null).classify(EVENT, null, into));
    assertIdAndCursor("doc", "12-x", identifying(SEQ, ID).classify(EVENT, null, into));
  }

  @Test
  void theIdAloneLeavesTheCursorToTheFormat() throws Exception {
    assertIdAndCursor("doc", "own", identifying(null, ID).classify(EVENT, null, into));
  }

  @Test
  void whatIsEmptyOrAbsentIsNone() throws Exception {
    assertIdAndCursor(null, null, identifying(EMPTY, null).classify(EVENT, null, into));
    assertIdAndCursor(null, null, identifying(ABSENT, null).classify(EVENT, null, into));
  }

  @Test
  void aCheckpointOfTheFormatDoesNotMoveAPositionThatTheFunctionFinds() throws Exception {
    Frame checkpoint = Frame.cursor("9");

    Frame ignored = identifying(SEQ, null).classify(checkpoint, null, into);

    assertEquals(Kind.CURSOR, ignored.kind());
    assertNull(ignored.cursor());
    assertSame(checkpoint, identifying(null, ID).classify(checkpoint, null, into));
  }

  @Test
  void whatIsFoundIsBounded() throws Exception {
    String longest = "ä".repeat(2048);
    Classifier cursor = identifying(p -> longest, null);
    assertIdAndCursor(longest, longest, cursor.classify(EVENT, null, into));

    Classifier tooLong = identifying(null, p -> longest + "x");
    TransportException e =
        assertThrows(TransportException.class, () -> tooLong.classify(EVENT, null, into));

    assertEquals(Reason.LIMIT, e.reason());
    assertEquals("Expected an id of at most 4096 bytes but was 4097", e.getMessage());
  }

  @Test
  void whatIsFoundInAFrameKeepsItsDefect() {
    IOException defect = new IOException("half");
    Frame defective = new ClassifiedFrame().of(EVENT).defective(defect);

    assertSame(defect, into.of(defective).identified("1", "1").defect());
    assertSame(defect, into.of(defective).asLast().defect());
  }

  private static Classifier identifying(
      @Nullable Function<? super Payload, @Nullable String> cursor,
      @Nullable Function<? super Payload, @Nullable String> id) {
    return new Classifier(
        cursor, null, null, id, null, null, null, null, null, null, 4096, OrderlyEnd.OF_CONNECTION);
  }

  private static void assertIdAndCursor(@Nullable String id, @Nullable String cursor, Frame frame) {
    assertEquals(id, frame.id());
    assertEquals(cursor, frame.cursor());
  }
}
