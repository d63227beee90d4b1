package dev.perennial.internal.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Frame;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  @Test
  void sameContentHasTheSameHashWhereverItIs() {
    Frame frame = Frame.event("1", "added", "some data".getBytes(UTF_8));

    assertEquals(
        Fingerprint.of(frame),
        Fingerprint.of(Frame.event("2", "added", "some data".getBytes(UTF_8))));
  }

  @Test
  void eachBitOfEachByteCounts() {
    Random random = new Random(1);
    for (int length = 0; length < 140; length++) {
      byte[] data = new byte[length];
      random.nextBytes(data);
      Set<Long> hashes = new HashSet<>();
      hashes.add(hash("message", data));
      for (int bit = 0; bit < 8 * length; bit++) {
        data[bit / 8] ^= (byte) (1 << bit % 8);
        hashes.add(hash("message", data));
        data[bit / 8] ^= (byte) (1 << bit % 8);
      }

      assertEquals(1 + 8 * length, hashes.size());
    }
  }

  @Test
  void lengthAndTypeCount() {
    Set<Long> hashes = new HashSet<>();
    for (int length = 0; length < 1_000; length++) {
      hashes.add(hash("message", new byte[length]));
      hashes.add(hash("put", new byte[length]));
    }

    assertEquals(2_000, hashes.size());
  }

  @Test
  void idsSpreadOverTheLowBits() {
    int slots = 1 << 16;
    Set<Long> used = new HashSet<>();
    for (int id = 0; id < slots; id++) {
      used.add(Fingerprint.of("2024-01-01T00:00:00.000Z-" + id) & (slots - 1));
    }

    // As many as a random function fills: 1 - 1/e of them.
    assertTrue(Math.abs(used.size() - 0.632 * slots) < 0.02 * slots, () -> "used " + used.size());
  }

  @Test
  void idsThatCollideInStringsDoNotHere() {
    Set<Long> hashes = new HashSet<>();
    for (int number = 0; number < 4_096; number++) {
      hashes.add(Fingerprint.of(colliding(number)));
    }

    assertEquals(4_096, hashes.size());
  }

  private static String colliding(int number) {
    StringBuilder id = new StringBuilder();
    for (int bit = 0; bit < 12; bit++) {
      id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return id.toString();
  }

  private static long hash(String type, byte[] data) {
    return Fingerprint.of(Frame.event(null, type, data));
  }
}
