package dev.perennial;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JitterTest {
  private static final int DRAWS = 20_000;
  private static final double ALMOST_ONE = Math.nextDown(1.0);

  private final Random random = new Random(20_261_121);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 40, Integer.MAX_VALUE})
  void delayIsUniformFromTheFloorToTheCeiling(int failures) {
    Jitter jitter = standard(random::nextDouble);
    long ceiling = failures < 5 ? 1_000L << failures : 30_000L;

    assertUniform(ofMillis(100), ofMillis(ceiling), () -> jitter.delayNanos(failures));
  }

  @Test
  void delayAfterACleanEndIsUniformUpToTheBase() {
    Jitter jitter = standard(random::nextDouble);

    assertUniform(ofMillis(100), ofSeconds(1), jitter::cleanDelayNanos);
  }

  @Test
  void noInstantIsMorePopularThanOthers() {
    // A floor that cuts off what was drawn would gather a tenth of a fleet in one instant.
    Jitter jitter = standard(random::nextDouble);
    long floor = ofMillis(100).toNanos();

    int atFloor = 0;
    for (int i = 0; i < DRAWS; i++) {
      atFloor += jitter.delayNanos(0) <= floor + 1_000_000 ? 1 : 0;
    }

    assertTrue(atFloor < DRAWS / 200, "at the floor: " + atFloor);
  }

  @Test
  void floorAboveTheCeilingIsSpread() {
    Jitter jitter =
        Jitter.full(
            nanos(ofMillis(10)), nanos(ofMillis(20)), nanos(ofSeconds(1)), random::nextDouble);

    assertUniform(ofSeconds(1), ofMillis(1_200), () -> jitter.delayNanos(7));
  }

  @Test
  void fixedDelayIsSpread() {
    Jitter jitter = Jitter.spread(nanos(ofSeconds(10)), nanos(ofMillis(100)), random::nextDouble);

    assertUniform(ofSeconds(10), ofSeconds(12), () -> jitter.delayNanos(7));
  }

  @Test
  void fixedDelayBelowTheFloorIsRaised() {
    Jitter jitter = Jitter.spread(nanos(ofMillis(1)), nanos(ofMillis(100)), random::nextDouble);

    assertUniform(ofMillis(100), ofMillis(120), () -> jitter.delayNanos(7));
  }

  @Test
  void boundIsExceededByUpToAFifth() {
    Jitter jitter = standard(random::nextDouble);

    assertUniform(ofMinutes(5), ofMinutes(6), () -> jitter.spreadNanos(nanos(ofMinutes(5))));
    assertEquals(Nanos.FOREVER, standard(() -> ALMOST_ONE).spreadNanos(Nanos.FOREVER));
    assertEquals(0, jitter.spreadNanos(0));
  }

  @Test
  void delaysDoNotOverflow() {
    Jitter jitter = Jitter.full(Nanos.FOREVER / 2, Nanos.FOREVER, 1, () -> ALMOST_ONE);

    assertTrue(jitter.delayNanos(Integer.MAX_VALUE) > 0);
    assertTrue(jitter.delayNanos(1) > 0);
  }

  @Test
  void baseOfTheServerReplacesTheBase() {
    Jitter jitter = standard(random::nextDouble);
    jitter.serverBase(ofSeconds(4));

    assertUniform(ofMillis(100), ofSeconds(4), () -> jitter.delayNanos(0));
    assertUniform(ofMillis(100), ofSeconds(30), () -> jitter.delayNanos(3));
  }

  @Test
  void baseOfTheServerRaisesTheCap() {
    Jitter jitter = standard(random::nextDouble);
    jitter.serverBase(ofMinutes(2));

    assertUniform(ofMillis(100), ofMinutes(2), () -> jitter.delayNanos(0));
    assertUniform(ofMillis(100), ofMinutes(2), () -> jitter.delayNanos(9));
  }

  @Test
  void baseOfTheServerIsClamped() {
    Jitter largest = standard(() -> ALMOST_ONE);

    largest.serverBase(ofSeconds(Long.MAX_VALUE));
    assertEquals(ofMinutes(5).toMillis(), largest.delayNanos(0) / 1_000_000 + 1);
    largest.serverBase(Duration.ZERO);
    assertEquals(10_000L, largest.resetAfterNanos(0) / 10_000);
  }

  @Test
  void progressHasToLastForTheCeilingOrTenSeconds() {
    Jitter jitter = standard(random::nextDouble);

    assertEquals(nanos(ofSeconds(1)), jitter.resetAfterNanos(0));
    assertEquals(nanos(ofSeconds(8)), jitter.resetAfterNanos(3));
    assertEquals(nanos(ofSeconds(10)), jitter.resetAfterNanos(4));
    assertEquals(nanos(ofSeconds(10)), jitter.resetAfterNanos(Integer.MAX_VALUE));
  }

  private static Jitter standard(DoubleSupplier random) {
    return Jitter.full(
        nanos(RetryPolicy.DEFAULT_BASE),
        nanos(RetryPolicy.DEFAULT_CAP),
        nanos(RetryPolicy.DEFAULT_FLOOR),
        random);
  }

  private static long nanos(Duration duration) {
    return Nanos.of(duration);
  }

  /** Ten equal parts of the range get a tenth of the draws each, and nothing falls outside. */
  private static void assertUniform(Duration least, Duration most, LongSupplier delays) {
    int[] tenths = new int[10];
    long range = most.minus(least).toNanos();
    for (int i = 0; i < DRAWS; i++) {
      long above = delays.getAsLong() - least.toNanos();
      assertTrue(above >= 0 && above <= range, "drew " + above + " of " + range);
      tenths[(int) Math.min(9, above / (range / 10))]++;
    }
    for (int tenth : tenths) {
      assertTrue(Math.abs(tenth - DRAWS / 10) < 250, "of " + DRAWS + " a tenth got " + tenth);
    }
  }
}
