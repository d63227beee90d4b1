package dev.perennial.internal.engine;

import dev.perennial.Gap;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.resume.SequenceChecker;
import dev.perennial.internal.resume.SequenceChecker.Place;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.spi.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets an event pass when no number is missing before it, or when the gap was handled. Used by the
 * engine thread only.
 */
final class SequenceGate {
  private final SequenceChecker checker;
  private final GapHandler gaps;
  private final AcknowledgedCursor acknowledged;
  private final String endpoint;
  private boolean hasForgottenKeys;

  SequenceGate(
      SequenceChecker checker, GapHandler gaps, AcknowledgedCursor acknowledged, String endpoint) {
    this.checker = checker;
    this.gaps = gaps;
    this.acknowledged = acknowledged;
    this.endpoint = endpoint;
  }

  /**
   * What happens to an event.
   *
   * @param isCovered whether a snapshot covers it, so that it is not delivered
   * @param end how the connection ends instead of delivering it; null to go on
   */
  record Admission(boolean isCovered, @Nullable ConnectionEnd end) {
    private static final Admission DELIVER = new Admission(false, null);
    private static final Admission COVERED = new Admission(true, null);

    private static Admission endedBy(ConnectionEnd end) {
      return new Admission(false, end);
    }
  }

  /**
   * Handles the hole before this event, if there is one.
   *
   * @param isNoReplay whether the event would have been recognised as a replay if it was one
   */
  Admission admit(Frame frame, long connection, boolean isNoReplay)
      throws InterruptedException, CallbackException, MalformedEventException {
    Place place = placeOf(frame, connection, isNoReplay);
    if (place == Place.TOO_MANY_KEYS && goesOnWithoutQuietestKey()) {
      place = placeOf(frame, connection, isNoReplay);
    }
    return switch (place) {
      case NEXT -> Admission.DELIVER;
      case COVERED -> Admission.COVERED;
      case AFTER_HOLE -> handleHole();
      case TOO_MANY_KEYS -> Admission.endedBy(tooManyKeys());
      case SNAPSHOT_TOO_OLD -> throw new IllegalStateException("No snapshot was loaded");
    };
  }

  /** The event that was admitted last was taken in. */
  void taken() {
    checker.taken();
  }

  /** The server has begun anew: the next event of each key may have any number. */
  void beginAnew() {
    checker.forgetAll();
  }

  private Place placeOf(Frame frame, long connection, boolean isNoReplay)
      throws MalformedEventException, InterruptedException {
    try {
      return checker.check(frame, connection, gaps.breaks(), isNoReplay);
    } catch (Throwable thrown) {
      throw MalformedEventException.of(frame, endpoint, thrown);
    }
  }

  /** Makes room for another key, which is reported the first time; false to fail. */
  private boolean goesOnWithoutQuietestKey() throws CallbackException {
    if (!hasForgottenKeys
        && !gaps.holesMayBeOverlooked(
            "There are more than "
                + SequenceChecker.MAX_KEYS
                + " sequence keys: from here on, a hole in the sequence of a key that was quiet for"
                + " long may be overlooked")) {
      return false;
    }
    hasForgottenKeys = true;
    checker.forgetQuietestKey();
    return true;
  }

  private Admission handleHole() throws InterruptedException, CallbackException {
    Gap hole = checker.hole(acknowledged.cursor());
    GapHandler.Handled handled = gaps.hole(hole, checker.streamBeganAnew());
    if (handled.end() != null) {
      return Admission.endedBy(handled.end());
    }
    String covered = handled.snapshot();
    if (covered == null) {
      checker.accept();
      return Admission.DELIVER;
    }
    return switch (cover(covered)) {
      case NEXT -> Admission.DELIVER;
      case COVERED -> Admission.COVERED;
      case SNAPSHOT_TOO_OLD ->
          Admission.endedBy(
              ConnectionEnd.failedForGood(GapHandler.failure(checker.stillMissing(hole), null)));
      case AFTER_HOLE, TOO_MANY_KEYS -> throw new IllegalStateException("The hole was handled");
    };
  }

  private Place cover(String covered) throws CallbackException {
    try {
      return checker.cover(covered);
    } catch (IOException e) {
      throw new CallbackException(
          new IllegalArgumentException(
              "Expected the snapshot loader to return the last number that the snapshot covers: "
                  + e.getMessage()),
          true);
    }
  }

  private ConnectionEnd tooManyKeys() {
    return ConnectionEnd.failedForGood(
        Reason.LIMIT,
        "Expected at most "
            + SequenceChecker.MAX_KEYS
            + " sequence keys from "
            + endpoint
            + " but got more");
  }
}
