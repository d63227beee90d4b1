package dev.perennial.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsageErrorHandlerTest {

  @Test
  void editsCountWhatHasToChange() {
    assertEquals(0, UsageErrorHandler.edits("tail", "tail"));
    assertEquals(2, UsageErrorHandler.edits("tail", "tial"));
    assertEquals(1, UsageErrorHandler.edits("tail", "tai"));
    assertEquals(4, UsageErrorHandler.edits("tail", ""));
    assertEquals(3, UsageErrorHandler.edits("kitten", "sitting"));
  }
}
