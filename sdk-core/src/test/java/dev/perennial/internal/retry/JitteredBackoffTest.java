package dev.perennial.internal.retry;

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

class JitteredBackoffTest {
  private static final int DRAWS = 20_000;
  private static final double ALMOST_ONE = Math.nextDown(1.0);

  private final Random random = new Random(20_261_121);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 40, Integer.MAX_VALUE})
  void delayIsUniformFromTheFloorToTheCeiling(int failures) {
    JitteredBackoff backoff = standard(random::nextDouble);
    long ceiling = failures < 5 ? 1_000L << failures : 30_000L;

    assertUniform(ofMillis(100), ofMillis(ceiling), () -> backoff.delayNanos(failures));
  }

  @Test
  void delayAfterACleanEndIsUniformUpToTheBase() {
    JitteredBackoff backoff = standard(random::nextDouble);

    assertUniform(ofMillis(100), ofSeconds(1), backoff::orderlyDelayNanos);
  }

  @Test
  void noInstantIsMorePopularThanOthers() {
    // A floor that cuts off what was drawn would gather a tenth of a fleet in one instant.
    JitteredBackoff backoff = standard(random::nextDouble);
    long floor = ofMillis(100).toNanos();

    int atFloor = 0;
    for (int i = 0; i < DRAWS; i++) {
      atFloor += backoff.delayNanos(0) <= floor + 1_000_000 ? 1 : 0;
    }

    assertTrue(atFloor < DRAWS / 200, "at the floor: " + atFloor);
  }

  @Test
  void floorAboveTheCeilingIsSpread() {
    JitteredBackoff backoff =
        exponential(ofMillis(10), ofMillis(20), ofSeconds(1), random::nextDouble);

    assertUniform(ofSeconds(1), ofMillis(1_200), () -> backoff.delayNanos(7));
  }

  @Test
  void fixedDelayIsSpread() {
    JitteredBackoff backoff = fixed(ofSeconds(10), ofMillis(100));

    assertUniform(ofSeconds(10), ofSeconds(12), () -> backoff.delayNanos(7));
  }

  @Test
  void fixedDelayBelowTheFloorIsRaised() {
    JitteredBackoff backoff = fixed(ofMillis(1), ofMillis(100));

    assertUniform(ofMillis(100), ofMillis(120), () -> backoff.delayNanos(7));
  }

  @Test
  void boundIsExceededByUpToAFifth() {
    Jitter jitter = new Jitter(random::nextDouble);

    assertUniform(ofMinutes(5), ofMinutes(6), () -> jitter.spreadNanos(nanos(ofMinutes(5))));
    assertEquals(Nanos.FOREVER, new Jitter(() -> ALMOST_ONE).spreadNanos(Nanos.FOREVER));
    assertEquals(0, jitter.spreadNanos(0));
  }

  @Test
  void delaysDoNotOverflow() {
    JitteredBackoff backoff =
        exponential(
            Duration.ofNanos(Nanos.FOREVER / 2),
            Duration.ofNanos(Nanos.FOREVER),
            Duration.ofNanos(1),
            () -> ALMOST_ONE);

    assertTrue(backoff.delayNanos(Integer.MAX_VALUE) > 0);
    assertTrue(backoff.delayNanos(1) > 0);
  }

  @Test
  void serversDelayIsTheBaseAndTheFloor() {
    JitteredBackoff backoff = standard(random::nextDouble);
    backoff.serverBase(nanos(ofSeconds(4)));

    assertUniform(ofSeconds(4), ofMillis(4_800), () -> backoff.delayNanos(0));
    assertUniform(ofSeconds(4), ofSeconds(8), () -> backoff.delayNanos(1));
    assertUniform(ofSeconds(4), ofSeconds(30), () -> backoff.delayNanos(3));
    assertUniform(ofSeconds(4), ofMillis(4_800), backoff::orderlyDelayNanos);
  }

  @Test
  void serversDelayRaisesTheCap() {
    JitteredBackoff backoff = standard(random::nextDouble);
    backoff.serverBase(nanos(ofMinutes(2)));

    assertUniform(ofMinutes(2), ofSeconds(144), () -> backoff.delayNanos(0));
    assertUniform(ofMinutes(2), ofSeconds(144), () -> backoff.delayNanos(9));
  }

  @Test
  void serverThatAsksForNoDelayLowersTheBaseToATenthOfASecond() {
    JitteredBackoff backoff = standard(random::nextDouble);
    backoff.serverBase(0);

    assertUniform(ofMillis(100), ofMillis(120), () -> backoff.delayNanos(0));
    assertUniform(ofMillis(100), ofMillis(200), () -> backoff.delayNanos(1));
    assertEquals(nanos(ofMillis(100)), backoff.resetAfterNanos(0));
  }

  @Test
  void progressHasToLastForTheCeilingOrTenSeconds() {
    JitteredBackoff backoff = standard(random::nextDouble);

    assertEquals(nanos(ofSeconds(1)), backoff.resetAfterNanos(0));
    assertEquals(nanos(ofSeconds(8)), backoff.resetAfterNanos(3));
    assertEquals(nanos(ofSeconds(10)), backoff.resetAfterNanos(4));
    assertEquals(nanos(ofSeconds(10)), backoff.resetAfterNanos(Integer.MAX_VALUE));
  }

  private static JitteredBackoff standard(DoubleSupplier random) {
    return exponential(ofSeconds(1), ofSeconds(30), ofMillis(100), random);
  }

  private static JitteredBackoff exponential(
      Duration base, Duration cap, Duration floor, DoubleSupplier random) {
    return JitteredBackoff.exponential(base, cap, floor, Integer.MAX_VALUE)
        .create(new Jitter(random));
  }

  private JitteredBackoff fixed(Duration delay, Duration floor) {
    return JitteredBackoff.fixed(delay, floor, Integer.MAX_VALUE)
        .create(new Jitter(random::nextDouble));
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
