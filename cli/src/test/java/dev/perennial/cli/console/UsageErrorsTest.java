package dev.perennial.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsageErrorsTest {

  @Test
  void editsCountWhatHasToChange() {
    assertEquals(0, UsageErrors.edits("tail", "tail"));
    assertEquals(2, UsageErrors.edits("tail", "tial"));
    assertEquals(1, UsageErrors.edits("tail", "tai"));
    assertEquals(4, UsageErrors.edits("tail", ""));
    assertEquals(3, UsageErrors.edits("kitten", "sitting"));
  }
}
