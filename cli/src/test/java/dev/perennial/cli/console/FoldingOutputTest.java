package dev.perennial.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class FoldingOutputTest {

  @Test
  void longLinesAreBrokenBetweenWords() {
    assertEquals("one two three\n", folded("one two three\n"));
    assertEquals("one two three four\n  five six\n", folded("one two three four five six\n"));
    assertEquals("one  two   three\n", folded("one  two   three\n"));
    assertEquals("a\n\n  b\n", folded("a\n\n  b\n"));
  }

  @Test
  void whatContinuesALineIsIndentedMore() {
    assertEquals("    one two three\n      four five\n", folded("    one two three four five\n"));
  }

  @Test
  void wordThatFitsIntoNoLineStaysWhole() {
    assertEquals(
        "see\n  https://example.com/a/long/path\n  now\n",
        folded("see https://example.com/a/long/path now\n"));
  }

  @Test
  void onlyWhatIsSeenCounts() {
    assertEquals("äöü äöü äöü äöü äöü\n", folded("äöü äöü äöü äöü äöü\n"));
    assertEquals(
        "\u001b[1mone two\u001b[0m three four\n  five\n",
        folded("\u001b[1mone two\u001b[0m three four five\n"));
  }

  @Test
  void blanksAtTheEndOfALineTakeNoFurtherColumns() {
    assertEquals("one" + " ".repeat(17) + "\n", folded("one" + " ".repeat(30) + "\n"));
    assertEquals("one" + " ".repeat(17), folded("one" + " ".repeat(30)));
  }

  @Test
  void whatIsFlushedIsShown() {
    assertEquals("12 of 20", folded("12 of 20"));
    assertEquals("\r\u001b[Kdone", folded("\r\u001b[Kdone"));
  }

  private static String folded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(new FoldingOutput(bytes, 20), true, UTF_8);
    out.print(text);
    out.flush();
    return bytes.toString(UTF_8);
  }
}
