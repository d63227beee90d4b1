package dev.perennial.published;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineDiffTest {
  @Test
  void equalTextsHaveNoDiff() {
    assertEquals("", LineDiff.of(List.of("a", "  b"), List.of("a", "  b")));
  }

  @Test
  void changedLineIsShownBelowItsHeading() {
    String diff = LineDiff.of(List.of("a", "  b", "c", "  d"), List.of("a", "  b", "c", "  e"));

    assertEquals("  c\n-   d\n+   e", diff);
  }

  @Test
  void addedHeadingIsShownOnce() {
    String diff = LineDiff.of(List.of("a", "", "c"), List.of("a", "", "b", "  d", "", "c"));

    assertEquals("+ b\n+   d", diff);
  }

  @Test
  void everyLineOfAMissingTextIsAdded() {
    assertEquals("+ a\n+   b", LineDiff.of(List.of(), List.of("a", "  b")));
  }
}
