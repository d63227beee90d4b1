package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class EventTypesTest {
  private final EventTypes types = new EventTypes();

  @Test
  void typeThatRecursIsOneString() {
    String first = type("add");
    type("remove");

    assertSame(first, type("add"));
  }

  @Test
  void typesOfOneLengthAreDistinguished() {
    assertEquals("add", type("add"));
    assertEquals("ade", type("ade"));
    assertEquals("bdd", type("bdd"));
  }

  @Test
  void asManyAsFitAreRemembered() {
    String first = type("t0");
    for (int i = 1; i < EventTypes.SIZE; i++) {
      type("t" + i);
    }

    assertSame(first, type("t0"));
  }

  @Test
  void oldestIsForgotten() {
    String first = type("t0");
    for (int i = 1; i <= EventTypes.SIZE; i++) {
      type("t" + i);
    }

    String again = type("t0");

    assertEquals("t0", again);
    assertNotSame(first, again);
  }

  @Test
  void malformedBytesAreReplacedInTheStringButNotMixedUp() {
    assertEquals("\ufffd", types.of(new byte[] {(byte) 0xff}, 0, 1));
    assertEquals("\ufffd", types.of(new byte[] {(byte) 0xfe}, 0, 1));
    assertEquals("\ufffd", type("\ufffd"));
  }

  private String type(String name) {
    byte[] bytes = ("event: " + name + "\n").getBytes(UTF_8);
    return types.of(bytes, 7, bytes.length - 1);
  }
}
