package dev.perennial.internal.classify;

import dev.perennial.Payload;
import java.util.Arrays;

/** Takes payloads apart for the transforms. */
final class Payloads {
  private Payloads() {}

  /** Returns the bytes in an array of their own. */
  static byte[] copyOf(Payload payload) {
    int from = payload.offset();
    return Arrays.copyOfRange(payload.array(), from, from + payload.length());
  }
}
