package dev.perennial.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class ByteBuilderTest {

  @Test
  void growsWithWhatIsAddedAndIsClearedByWriting() throws Exception {
    ByteBuilder bytes = new ByteBuilder(2, 1);
    ByteBuilder other = new ByteBuilder(0, 0);
    other.add("é");

    bytes.add('a');
    bytes.add("bcd".getBytes(UTF_8));
    bytes.add(other);
    bytes.prepend('2');
    bytes.prepend('1');

    assertEquals(8, bytes.size());
    assertEquals("12abcdé", written(bytes));
    assertEquals(0, bytes.size());
    bytes.add("again");
    assertEquals("again", written(bytes));
  }

  @Test
  void nothingIsNotWritten() throws Exception {
    OutputStream refusing =
        new OutputStream() {
          @Override
          public void write(int next) throws IOException {
            throw new IOException("Expected no write");
          }
        };

    ByteBuilder bytes = new ByteBuilder(0, 1);
    bytes.writeTo(refusing);

    assertEquals(0, bytes.size());
  }

  private static String written(ByteBuilder bytes) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    bytes.writeTo(written);
    return written.toString(UTF_8);
  }
}
