package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeapUsageTest {
  private static final long MIB = 1024 * 1024;

  @Test
  void temporaryMemoryIsFlat() {
    assertEquals(
        "8.0 MiB to 15.0 MiB after garbage collection, flat",
        HeapUsage.report(List.of(8 * MIB, 12 * MIB, 15 * MIB, 9 * MIB, 14 * MIB)));
  }

  @Test
  void retainedMemoryIsGrowth() {
    assertEquals(
        "8.0 MiB to 20.0 MiB after garbage collection, grown by 4.0 MiB",
        HeapUsage.report(List.of(8 * MIB, 10 * MIB, 12 * MIB, 16 * MIB, 20 * MIB)));
  }

  @Test
  void oneSampleIsTooFew() {
    assertEquals("run too short to tell", HeapUsage.report(List.of(8 * MIB)));
  }
}
