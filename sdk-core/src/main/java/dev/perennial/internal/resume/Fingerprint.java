package dev.perennial.internal.resume;

import dev.perennial.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hashes ids and payloads to 64 bits, with a key that each process draws anew: what a server sends
 * cannot be chosen so that it collides. The values mean nothing outside of the process.
 *
 * <p>Two ids of a window of 1,024 have the same hash once in 10^13 windows, and an event is taken
 * for a replay only if its content has the same hash, too.
 */
public final class Fingerprint {
  private static final long KEY = ThreadLocalRandom.current().nextLong();

  // Odd, with about as many ones as zeros.
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long SPREAD = 0xBF58476D1CE4E5B9L;

  private static final int WORD = Long.BYTES;
  private static final int BLOCK = 4 * WORD;

  private Fingerprint() {}

  /** Hashes an id. */
  public static long of(String id) {
    int length = id.length();
    long hash = KEY ^ length;
    int at = 0;
    for (; at + 1 < length; at += 2) {
      hash = mixed(hash ^ (id.charAt(at) | (long) id.charAt(at + 1) << Character.SIZE));
    }
    return at < length ? mixed(hash ^ id.charAt(at)) : mixed(hash);
  }

  private static long mixed(long hash) {
    long product = hash * MIX;
    return product ^ (product >>> 32);
  }

  /** Hashes the type and the undecoded bytes of an event. */
  public static long of(Payload payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload.array()).order(ByteOrder.LITTLE_ENDIAN);
    int at = payload.offset();
    int end = at + payload.length();
    long hash = KEY ^ payload.length() ^ (long) payload.type().hashCode() << Integer.SIZE;
    if (end - at >= BLOCK) {
      // Four lanes, since a multiplication takes several cycles but one can begin in each.
      long a = hash;
      long b = hash + MIX;
      long c = hash ^ SPREAD;
      long d = hash - MIX;
      for (; end - at >= BLOCK; at += BLOCK) {
        a = round(a, bytes.getLong(at));
        b = round(b, bytes.getLong(at + WORD));
        c = round(c, bytes.getLong(at + 2 * WORD));
        d = round(d, bytes.getLong(at + 3 * WORD));
      }
      hash = round(round(round(round(hash, a), b), c), d);
    }
    for (; end - at >= WORD; at += WORD) {
      hash = round(hash, bytes.getLong(at));
    }
    for (; at < end; at++) {
      hash = mixed(hash ^ (bytes.get(at) & 0xffL));
    }
    return mixed(mixed(hash));
  }

  private static long round(long hash, long word) {
    return Long.rotateLeft(hash + word * SPREAD, 31) * MIX;
  }
}
