package dev.perennial;

import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds holes in the numbers that a server counts its events with. Touched by the engine's thread
 * alone.
 */
final class SequenceChecker<T> {
  static final int MAX_KEYS = 65_536;
  private static final String WHOLE_STREAM = "";

  private final Sequence sequence;
  private final GapHandler<T> gaps;
  private final AcknowledgedCursor acknowledged;
  private final String endpoint;
  private final Map<String, Counter> counters = new HashMap<>();

  private static final class Counter {
    long last; // The highest number without a hole before it that was not told.
    long seen; // The last one on the connection.
    long connection;
    long breaks; // Of the stream, when that one came.
    long floor; // A snapshot covers all up to this.

    void beginAt(long number, long newConnection, long newBreaks) {
      last = number;
      seen = number;
      connection = newConnection;
      breaks = newBreaks;
      floor = Long.MIN_VALUE;
    }
  }

  SequenceChecker(
      Sequence sequence, GapHandler<T> gaps, AcknowledgedCursor acknowledged, String endpoint) {
    this.sequence = sequence;
    this.gaps = gaps;
    this.acknowledged = acknowledged;
    this.endpoint = endpoint;
  }

  /** What is to be done with an event. */
  record Judgement(boolean isCovered, @Nullable ConnectionEnd ending) {
    private static final Judgement TAKE = new Judgement(false, null);
    private static final Judgement COVERED = new Judgement(true, null);
  }

  /**
   * Tells and fills the hole before this event, if there is one; null when disturbed meanwhile.
   *
   * @throws MalformedEventException when the event's number is none
   */
  @Nullable Judgement judge(Frame frame, long connection)
      throws InterruptedException, CallbackException, MalformedEventException {
    String key;
    long number;
    try {
      String digits = sequence.number().apply(frame);
      if (digits == null) {
        return Judgement.TAKE;
      }
      number = parsed(digits);
      key = sequence.key() == null ? null : sequence.key().apply(frame);
    } catch (IOException | RuntimeException e) {
      throw new MalformedEventException(frame, endpoint, e);
    }
    Counter counter = counters.get(key == null ? WHOLE_STREAM : key);
    if (counter == null) {
      return begin(key, number, connection);
    }
    if (mayBeginAnew(counter, number, connection)) {
      counter.beginAt(number, connection, gaps.breaks());
      return Judgement.TAKE;
    }
    boolean isSameConnection = counter.connection == connection;
    boolean wentBack = isSameConnection && number < counter.seen && number > counter.floor;
    Judgement judgement = Judgement.TAKE;
    if (wentBack || number - counter.last > 1) {
      long missed = wentBack ? Gap.UNKNOWN : number - counter.last - 1;
      judgement = fill(hole(key, counter, number, missed), counter, number);
    } else if (number <= counter.floor) {
      judgement = Judgement.COVERED;
    }
    if (judgement != null && judgement.ending == null) {
      counter.seen = number;
      counter.connection = connection;
      counter.breaks = gaps.breaks();
      counter.last = wentBack ? number : Math.max(counter.last, number);
    }
    return judgement;
  }

  /** Whether the consumer was told of a break since, behind which all may be new. */
  private boolean mayBeginAnew(Counter counter, long number, long connection) {
    return counter.connection != connection
        && counter.breaks != gaps.breaks()
        && number <= counter.last;
  }

  /** A replay that is not delivered: what follows it on a connection behind a break is no hole. */
  void replayed(Frame frame, long connection) {
    if (gaps.breaks() == 0) {
      return;
    }
    long number;
    Counter counter;
    try {
      String digits = sequence.number().apply(frame);
      String key = sequence.key() == null ? null : sequence.key().apply(frame);
      counter = counters.get(key == null ? WHOLE_STREAM : key);
      if (digits == null || counter == null) {
        return;
      }
      number = parsed(digits);
    } catch (IOException | RuntimeException e) {
      return; // It is not delivered, so it harms nobody.
    }
    if (mayBeginAnew(counter, number, connection)) {
      counter.beginAt(number, connection, gaps.breaks());
      counter.seen = Long.MIN_VALUE; // Replays may come in any order.
    } else if (counter.connection == connection) {
      counter.last = Math.max(counter.last, number);
    }
  }

  private Judgement begin(@Nullable String key, long number, long connection) {
    if (counters.size() >= MAX_KEYS) {
      return new Judgement(
          false,
          ConnectionEnd.permanent(
              StreamException.Reason.LIMIT,
              "Expected at most "
                  + MAX_KEYS
                  + " sequence keys from "
                  + endpoint
                  + " but got more"));
    }
    Counter counter = new Counter();
    counter.beginAt(number, connection, gaps.breaks());
    counters.put(key == null ? WHOLE_STREAM : key, counter);
    return Judgement.TAKE;
  }

  private Gap hole(@Nullable String key, Counter counter, long number, long missed) {
    String which = key == null ? "The sequence" : "The sequence \"" + key + "\"";
    String how = missed == Gap.UNKNOWN ? " went back from " : " jumped from ";
    long from = missed == Gap.UNKNOWN ? counter.seen : counter.last;
    return new Gap(
        Gap.Reason.SEQUENCE,
        acknowledged.cursor(),
        missed,
        key,
        which + how + from + " to " + number);
  }

  private @Nullable Judgement fill(Gap hole, Counter counter, long number)
      throws InterruptedException, CallbackException {
    GapHandler.Snapshot snapshot = gaps.met(hole);
    if (snapshot == null) {
      return null;
    }
    String covered = snapshot.result();
    if (covered == null) {
      return new Judgement(false, snapshot.ending());
    }
    try {
      counter.floor = parsed(covered);
    } catch (IOException e) {
      throw new CallbackException(
          new IllegalArgumentException(
              "Expected the snapshot loader to return the last number that the snapshot covers: "
                  + e.getMessage()),
          true);
    }
    counter.last = counter.floor;
    if (number - counter.floor > 1) {
      return new Judgement(false, ConnectionEnd.lost(tooOld(hole, counter, number)));
    }
    return number <= counter.floor ? Judgement.COVERED : Judgement.TAKE;
  }

  private static GapException tooOld(Gap hole, Counter counter, long number) {
    String detail =
        hole.detail()
            + ", and the snapshot ends at "
            + counter.floor
            + ", before the hole does: load one that covers "
            + (number - 1);
    Gap rest =
        new Gap(
            Gap.Reason.SEQUENCE,
            hole.lastCursor(),
            number - counter.floor - 1,
            hole.sequenceKey(),
            detail);
    return GapHandler.failure(rest, -1, null);
  }

  private static long parsed(String digits) throws IOException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IOException(
          "Expected a whole number of at most 19 digits but was \"" + shortened(digits) + "\"", e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
