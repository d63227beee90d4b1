package dev.perennial.internal.resume;

import dev.perennial.Gap;
import dev.perennial.Payload;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds holes in the numbers by which a server counts its events. Used by the engine thread only.
 *
 * <p>{@link #check} places an event. When it is {@link Place#AFTER_HOLE}, the caller reports {@link
 * #hole} and then calls {@link #accept} to go on after it, or {@link #cover} when a snapshot has
 * filled it; until one of them is called the event counts as not seen.
 */
public final class SequenceChecker {
  /** How many keys are tracked at most. */
  public static final int MAX_KEYS = 65_536;

  private static final String WHOLE_STREAM = "";

  private final Sequence sequence;

  /** By key; the one that was quiet for longest is the first. */
  private final Map<String, Counter> counters = new LinkedHashMap<>(16, 0.75f, true);

  // The event that was checked last, for taken(). The counter is null when it has no number.
  private @Nullable Counter lastCounter;
  private long lastNumber;

  /** The event that was checked last; meaningful after {@link Place#AFTER_HOLE}. */
  private Checked checked = new Checked(null, new Counter(), 0, 0, 0, 0, false);

  /** Where an event is in its sequence. */
  public enum Place {
    /** It is the next one, or has no number. */
    NEXT,
    /** A snapshot covers it: it is not delivered. */
    COVERED,
    /** Events are missing before it. */
    AFTER_HOLE,
    /** A snapshot was loaded, and events are still missing before it. */
    SNAPSHOT_TOO_OLD,
    /** It has a new key, and {@link #MAX_KEYS} are tracked already. */
    TOO_MANY_KEYS
  }

  private static final class Counter {
    long last; // The highest number with no unreported hole before it.
    long seen; // The last number on the connection.
    long taken; // The highest number of an event that was taken in, and not only looked at.
    long connection;
    long breaks; // Of the stream, when the last number came.
    long floor; // A snapshot covers all numbers up to this one.

    void beginAt(long number, long newConnection, long newBreaks) {
      last = number;
      seen = number;
      taken = Long.MIN_VALUE;
      connection = newConnection;
      breaks = newBreaks;
      floor = Long.MIN_VALUE;
    }
  }

  private record Checked(
      @Nullable String key,
      Counter counter,
      long begin,
      long number,
      long connection,
      long breaks,
      boolean wentBack) {}

  public SequenceChecker(Sequence sequence) {
    this.sequence = sequence;
  }

  /**
   * Places an event.
   *
   * @param breaks how many gaps of the whole stream were reported so far: after each of them its
   *     numbers may begin anew
   * @param isNoReplay whether the event would have been recognised as a replay if it was one; then
   *     a number that is not higher than the last one goes back, also on another connection
   * @throws IOException when the event's number is not a number
   */
  public Place check(Frame frame, long connection, long breaks, boolean isNoReplay)
      throws IOException {
    lastCounter = null;
    String digits = sequence.number().apply(frame);
    if (digits == null) {
      return Place.NEXT;
    }
    long number = parsed(digits);
    String key = keyOf(frame);
    Counter counter = counters.get(key == null ? WHOLE_STREAM : key);
    lastNumber = number;
    if (counter == null) {
      return begin(key, number, connection, breaks);
    }
    lastCounter = counter;
    Long previous = optional(sequence.previous(), frame);
    if (previous != null && previous < 0) { // A snapshot within the stream.
      counter.beginAt(number, connection, breaks);
      return Place.NEXT;
    }
    boolean isLinked = previous != null && previous == counter.last;
    if (isLinked && number < counter.last) { // The server began anew, and says after what.
      counter.beginAt(number, connection, breaks);
      return Place.NEXT;
    }
    if (mayBeginAnew(counter, number, connection, breaks)) {
      counter.beginAt(number, connection, breaks);
      return Place.NEXT;
    }
    long begin = beginOf(frame, number, previous);
    boolean isLower =
        counter.connection == connection
            ? number < counter.seen
            : isNoReplay && number <= counter.taken;
    boolean wentBack = isLower && number > counter.floor;
    if (wentBack || begin - counter.last > 1) {
      checked = new Checked(key, counter, begin, number, connection, breaks, wentBack);
      return Place.AFTER_HOLE;
    }
    advance(counter, number, connection, breaks, false);
    return number <= counter.floor ? Place.COVERED : Place.NEXT;
  }

  /** The first number that the event stands for, at the earliest. */
  private long beginOf(Frame frame, long number, @Nullable Long previous) throws IOException {
    if (previous != null) {
      return previous + 1;
    }
    Long first = optional(sequence.first(), frame);
    return first == null ? number : Math.min(first, number);
  }

  private static @Nullable Long optional(
      @Nullable Function<? super Payload, @Nullable String> function, Frame frame)
      throws IOException {
    String digits = function == null ? null : function.apply(frame);
    return digits == null ? null : (Long) parsed(digits);
  }

  private @Nullable String keyOf(Frame frame) {
    return sequence.key() == null ? null : sequence.key().apply(frame);
  }

  private Place begin(@Nullable String key, long number, long connection, long breaks) {
    if (counters.size() >= MAX_KEYS) {
      return Place.TOO_MANY_KEYS;
    }
    Counter counter = new Counter();
    counter.beginAt(number, connection, breaks);
    counters.put(key == null ? WHOLE_STREAM : key, counter);
    lastCounter = counter;
    return Place.NEXT;
  }

  /** The event that was checked last was taken in: it does not come again, except as a replay. */
  public void taken() {
    Counter counter = lastCounter;
    if (counter != null) {
      counter.taken = Math.max(counter.taken, lastNumber);
    }
  }

  /** Whether a gap of the whole stream was reported since, after which all numbers may be new. */
  private static boolean mayBeginAnew(Counter counter, long number, long connection, long breaks) {
    return counter.connection != connection && counter.breaks != breaks && number <= counter.last;
  }

  private static void advance(
      Counter counter, long number, long connection, long breaks, boolean wentBack) {
    counter.seen = number;
    counter.connection = connection;
    counter.breaks = breaks;
    counter.last = wentBack ? number : Math.max(counter.last, number);
    counter.taken = wentBack ? Long.MIN_VALUE : counter.taken;
  }

  /** Forgets the key that was quiet for longest, after {@link Place#TOO_MANY_KEYS}. */
  public void forgetQuietestKey() {
    Iterator<String> keys = counters.keySet().iterator();
    keys.next();
    keys.remove();
  }

  /** Forgets all keys: each begins with its next number, whatever that is. */
  public void forgetAll() {
    counters.clear();
    lastCounter = null;
  }

  /** Whether the event that was checked last shows that the numbers of the stream began anew. */
  public boolean streamBeganAnew() {
    return checked.wentBack && sequence.key() == null;
  }

  /** Describes the hole before the event that was checked last. */
  public Gap hole(@Nullable String acknowledged) {
    Counter counter = checked.counter;
    String which = checked.key == null ? "The sequence" : "The sequence \"" + checked.key + "\"";
    String how = checked.wentBack ? " went back from " : " jumped from ";
    boolean isSameConnection = counter.connection == checked.connection;
    long from = checked.wentBack && isSameConnection ? counter.seen : counter.last;
    boolean isCounted = !checked.wentBack && sequence.previous() == null;
    long missed = isCounted ? checked.begin - counter.last - 1 : Gap.UNKNOWN;
    long to = checked.wentBack ? checked.number : checked.begin;
    return Gap.of(
        Gap.Reason.SEQUENCE, acknowledged, missed, checked.key, which + how + from + " to " + to);
  }

  /** Goes on after the hole. */
  public void accept() {
    advance(checked.counter, checked.number, checked.connection, checked.breaks, checked.wentBack);
  }

  /**
   * Goes on after a hole that a snapshot was loaded for.
   *
   * @param covered the last number that the snapshot covers
   * @return whether the event is next, covered, or still after a hole
   * @throws IOException when {@code covered} is not a number
   */
  public Place cover(String covered) throws IOException {
    Counter counter = checked.counter;
    counter.floor = parsed(covered);
    counter.last = counter.floor;
    if (checked.begin - counter.floor > 1) {
      return Place.SNAPSHOT_TOO_OLD;
    }
    accept();
    return checked.number <= counter.floor ? Place.COVERED : Place.NEXT;
  }

  /** Describes what is still missing after {@link Place#SNAPSHOT_TOO_OLD}. */
  public Gap stillMissing(Gap hole) {
    long floor = checked.counter.floor;
    String detail =
        hole.detail()
            + ", and the snapshot ends at "
            + floor
            + ", before the hole does: load one that covers "
            + (checked.begin - 1);
    return Gap.of(
        Gap.Reason.SEQUENCE,
        hole.lastCursor(),
        sequence.previous() == null ? checked.begin - floor - 1 : Gap.UNKNOWN,
        hole.sequenceKey(),
        detail);
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
