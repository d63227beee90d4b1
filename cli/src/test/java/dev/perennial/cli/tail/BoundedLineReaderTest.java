package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.cli.tail.BoundedLineReader.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BoundedLineReaderTest {

  @Test
  void linesEndWithLfOrCrlfOrEndOfInput() throws IOException {
    BoundedLineReader lines = lines("a\nb €\r\n\nc\rd\nlast", 100);

    assertEquals(new Line("a", true), lines.next());
    assertEquals(new Line("b €", true), lines.next());
    assertEquals(new Line("", true), lines.next());
    assertEquals(new Line("c\rd", true), lines.next());
    assertEquals(new Line("last", true), lines.next());
    assertNull(lines.next());
    assertNull(lines.next());
  }

  @Test
  void lineTerminatorAtTheEndStartsNoLine() throws IOException {
    BoundedLineReader lines = lines("a\n", 100);

    assertEquals(new Line("a", true), lines.next());
    assertNull(lines.next());
  }

  @Test
  void bytesAfterTheLimitAreDiscarded() throws IOException {
    BoundedLineReader lines = lines("12345\n123456\n12\n", 5);

    assertEquals(new Line("12345", true), lines.next());
    assertEquals(new Line("12345", false), lines.next());
    assertEquals(new Line("12", true), lines.next());
  }

  private static BoundedLineReader lines(String input, int maxBytes) {
    return new BoundedLineReader(new ByteArrayInputStream(input.getBytes(UTF_8)), maxBytes);
  }
}
