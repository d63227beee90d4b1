package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perennial.spi.Frame;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BufferFrameTest {
  private static final byte[] BYTES = "some data here".getBytes(UTF_8);

  private final BufferFrame frame = new BufferFrame();

  @Test
  void anEventIsAViewOfItsArray() {
    frame.asEvent("tick", "7", BYTES, 5, 4).at(3, 40);

    assertEquals(Frame.Kind.EVENT, frame.kind());
    assertEquals("tick", frame.type());
    assertEquals("7", frame.id());
    assertEquals("7", frame.cursor());
    assertSame(BYTES, frame.array());
    assertEquals(5, frame.offset());
    assertEquals(4, frame.length());
    assertEquals("data", frame.text());
    assertEquals(3, frame.streamLine());
    assertEquals(40, frame.streamOffset());
    assertEquals("EVENT(7, tick, 4 bytes)", frame.toString());
  }

  @Test
  void anEmptyCursorIsNoId() {
    frame.asCursor("");

    assertEquals(Frame.Kind.CURSOR, frame.kind());
    assertNull(frame.id());
    assertEquals("", frame.cursor());
  }

  @Test
  void nothingIsLeftOfTheFrameBefore() {
    frame.asEvent("tick", "7", BYTES, 5, 4);
    frame.asRetry(Duration.ofSeconds(3));
    assertEquals(Frame.Kind.CONTROL, frame.kind());
    assertEquals(Duration.ofSeconds(3), frame.retryDelay());
    assertNull(frame.cursor());
    assertEquals("message", frame.type());
    assertEquals("", frame.text());

    IOException defect = new IOException("malformed");
    frame.asDefectiveEvent(BYTES, 0, 4, defect);
    assertSame(defect, frame.defect());
    assertNull(frame.retryDelay());
    assertEquals("some", frame.text());

    frame.asHeartbeat();
    assertEquals(Frame.Kind.HEARTBEAT, frame.kind());
    assertNull(frame.defect());
    assertEquals("", frame.text());
  }

  @Test
  void aFrameThatForgetsHasNoBytes() {
    byte[] bytes = {'a'};
    BufferFrame frame = new BufferFrame().asEvent("message", "1", bytes, 0, 1);

    frame.forget();

    assertEquals("", frame.text());
  }
}
