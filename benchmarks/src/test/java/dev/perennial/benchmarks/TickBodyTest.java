package dev.perennial.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TickBodyTest {

  @Test
  void numbersTheEventsAndCutsThemIntoChunks() throws IOException {
    Workload workload = new Workload(3, 2, 2);

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
    Workload workload = new Workload(5_001, 512, 7);

    String body = write(workload);

    for (int i = 0, at = 0; i < 5_001; i++) {
      at = body.indexOf("id: ", at + 1);
      assertEquals("id: " + (1_000_000_000 + i), body.substring(at, at + 14));
    }
  }

  private static String write(Workload workload) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TickBody(workload).writeTo(out, workload);
    return out.toString(US_ASCII);
  }
}
