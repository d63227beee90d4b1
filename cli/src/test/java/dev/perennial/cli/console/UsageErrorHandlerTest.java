package dev.perennial.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsageErrorHandlerTest {

  @Test
  void levenshteinDistanceCountsEdits() {
    assertEquals(0, UsageErrorHandler.levenshteinDistance("tail", "tail"));
    assertEquals(2, UsageErrorHandler.levenshteinDistance("tail", "tial"));
    assertEquals(1, UsageErrorHandler.levenshteinDistance("tail", "tai"));
    assertEquals(4, UsageErrorHandler.levenshteinDistance("tail", ""));
    assertEquals(3, UsageErrorHandler.levenshteinDistance("kitten", "sitting"));
  }
}
