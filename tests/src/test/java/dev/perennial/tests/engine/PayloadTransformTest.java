package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import dev.perennial.PayloadTransforms;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes out of a transform is what everything else sees. */
class PayloadTransformTest extends EngineTest {

  @Test
  void severalRecordsOfOneEventAreEvents() {
    listen(
        transformed(
            PayloadTransforms.separatedBy('\n'),
            opens().event("1", "a\r\n\nb\nc").event("2", "d\n").declaresEnd()));

    recorder.assertEvents("a", "b", "c", "d");
  }

  @Test
  void thePositionMovesWithTheLastRecordOfAnEvent() {
    List<@Nullable String> cursors = new ArrayList<>();
    recorder.onEvent(event -> cursors.add(event.cursor()));

    listen(
        transformed(
            PayloadTransforms.separatedBy('\n'),
            opens().event("1", "a").event("2", "b\nc").declaresEnd()));

    assertEquals(List.of("1", "1", "2"), cursors);
  }

  @Test
  void aRecordMayGoOnOverSeveralEvents() {
    listen(
        transformed(
            PayloadTransforms.terminatedBy('\u001e'),
            opens()
                .event("1", "a\u001eb")
                .event("2", "b")
                .event("3", "b\u001ec\u001e")
                .declaresEnd()));

    recorder.assertEvents("a", "bbb", "c");
  }

  @Test
  void aRecordIsNotContinuedOnAnotherConnection() {
    listen(
        transformed(
            PayloadTransforms.terminatedBy(';'),
            opens().event("1", "a;").event(null, "b").cut(),
            opens().event("2", "c;").declaresEnd()));

    recorder.assertEvents("a", "c");
  }

  @Test
  void anEventOfWhichNothingComesIsACheckpoint() {
    listen(
        transformed(
            PayloadTransforms.separatedBy('\n'),
            opens().event("1", "a").event("2", "\n").cut(),
            opens().declaresEnd()));

    assertEquals("2", transport.cursors().get(1));
  }

  @Test
  void aTransformThatThrowsMakesItsEventMalformed() {
    PayloadTransform throwing =
        maxBytes ->
            (payload, out) -> {
              throw new IOException("broken");
            };

    listen(
        transformed(
                throwing, opens().event("1", "a"), opens().event("1", "a"), opens().event("1", "a"))
            .withCursor("0"));

    assertEquals(Reason.POISON, recorder.takeFailure().reason());
  }

  @Test
  void gzipAndDeflateOfBothKindsAreInflated() throws IOException {
    assertEquals("some text", inflated(PayloadTransforms.gzip(), gzip("some text")));
    assertEquals("some text", inflated(PayloadTransforms.deflate(), deflate("some text", false)));
    assertEquals("some text", inflated(PayloadTransforms.deflate(), deflate("some text", true)));
  }

  @Test
  void inflatingIsBounded() throws IOException {
    byte[] bomb = gzip("x".repeat(100_000));

    TransportException refused =
        assertThrows(
            TransportException.class,
            () -> PayloadTransforms.gzip().begin(99_999).apply(binary(bomb), new Collected()));

    assertEquals(Reason.LIMIT, refused.reason());
    assertEquals(100_000, inflated(PayloadTransforms.gzip(), bomb).length());
  }

  @Test
  void aRecordWithoutAnEndIsBounded() throws IOException {
    PayloadTransform.Step step = PayloadTransforms.terminatedBy(';').begin(10);
    step.apply(text("12345"), new Collected());
    step.apply(text("12345"), new Collected());

    assertThrows(TransportException.class, () -> step.apply(text("1"), new Collected()));
  }

  private static String inflated(PayloadTransform transform, byte[] bytes) throws IOException {
    Collected out = new Collected();
    transform.begin(1_000_000).apply(binary(bytes), out);
    return out.texts.get(0);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] deflate(String text, boolean isRaw) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, isRaw);
    try (OutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(text.getBytes(UTF_8));
    }
    deflater.end();
    return bytes.toByteArray();
  }

  private static Payload binary(byte[] bytes) {
    return new Bytes(bytes, true);
  }

  private static Payload text(String text) {
    return new Bytes(text.getBytes(UTF_8), false);
  }

  private record Bytes(byte[] array, boolean isBinary) implements Payload {
    @Override
    public @Nullable String id() {
      return null;
    }

    @Override
    public String type() {
      return "message";
    }

    @Override
    public int offset() {
      return 0;
    }

    @Override
    public int length() {
      return array.length;
    }

    @Override
    public String text() {
      return new String(array, UTF_8);
    }
  }

  private static final class Collected implements PayloadTransform.Output {
    private final List<String> texts = new ArrayList<>();

    @Override
    public void text(byte[] utf8) {
      texts.add(new String(utf8, UTF_8));
    }

    @Override
    public void binary(byte[] bytes) {
      texts.add("binary");
    }
  }

  private EventStream<String> transformed(PayloadTransform transform, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return StreamBuilder.of(transport).transform(transform).stream()
        .withRuntime(time.runtime())
        .withObserver(observer);
  }
}
