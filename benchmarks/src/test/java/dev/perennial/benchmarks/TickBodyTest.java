package dev.perennial.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class TickBodyTest {

  @Test
  void numbersTheEventsAndCutsThemIntoChunks() throws IOException {
    Workload workload = new Workload(ComparedTransport.SSE, 3, 2, 2);

    String body = write(workload);

    assertEquals(
        """
        4a\r
        id: 1000000000
        event: tick
        data: ah

        id: 1000000001
        event: tick
        data: ah

        \r
        25\r
        id: 1000000002
        event: tick
        data: ah

        \r
        """,
        body);
  }

  @Test
  void goesOnNumberingFromBlockToBlock() throws IOException {
    Workload workload = new Workload(ComparedTransport.SSE, 5_001, 512, 7);

    String body = write(workload);

    for (int i = 0, at = 0; i < 5_001; i++) {
      at = body.indexOf("id: ", at + 1);
      assertEquals("id: " + (1_000_000_000 + i), body.substring(at, at + 14));
    }
  }

  @Test
  void anEventOfNdjsonIsALine() throws IOException {
    String body = write(new Workload(ComparedTransport.NDJSON, 1, 2, 1));

    assertEquals(
        """
        20\r
        {"id":"1000000000","data":"ah"}
        \r
        """,
        body);
  }

  @Test
  void anEventOfWebSocketIsAFrame() throws IOException {
    String frames = write(new Workload(ComparedTransport.WS, 2, 2, 7), ISO_8859_1);

    assertEquals(
        """
        \u0081\u001f{"id":"1000000000","data":"ah"}\
        \u0081\u001f{"id":"1000000001","data":"ah"}\
        """,
        frames);
  }

  @Test
  void aLargeFrameHasItsLengthInTwoBytes() throws IOException {
    String frames = write(new Workload(ComparedTransport.WS, 1, 227, 1), ISO_8859_1);

    assertEquals("\u0081\u007e\u0001\u0000{\"id\"", frames.substring(0, 9));
  }

  @Test
  void aHugeFrameHasItsLengthInEightBytes() throws IOException {
    String frames = write(new Workload(ComparedTransport.WS, 1, 65_507, 1), ISO_8859_1);

    assertEquals(
        "\u0081\u007f\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000{\"id\"",
        frames.substring(0, 15));
  }

  private static String write(Workload workload) throws IOException {
    return write(workload, US_ASCII);
  }

  private static String write(Workload workload, Charset charset) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TickBody(workload).writeTo(out, workload);
    return out.toString(charset);
  }
}
