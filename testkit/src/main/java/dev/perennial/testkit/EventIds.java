package dev.perennial.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Maps the ids of a log's events to the events. Guarded by the log's lock. */
final class EventIds {

  /** Stands for no event. */
  static final long NONE = 0;

  private static final int LONGEST_DECIMAL = 18;

  private final @Nullable LongFunction<@Nullable String>
      source; // null when ids are the numbers in decimal
  private final Map<String, Long> numbers = new HashMap<>(); // empty without a source
  private @Nullable LoggedEvent lastReplaced; // null until the ring is full
  private boolean forgot;

  EventIds(@Nullable LongFunction<@Nullable String> source) {
    this.source = source;
  }

  @Nullable String idOf(long number) {
    return source == null ? Long.toString(number) : source.apply(number);
  }

  /**
   * Adds the id of an event.
   *
   * @param replaced the event that is not retained any more, or null when all still are
   */
  void add(LoggedEvent added, @Nullable LoggedEvent replaced) {
    if (source == null) {
      return;
    }
    // The id of the last replaced event is kept: no event after it is missing.
    if (lastReplaced != null) {
      forgot = true;
      if (lastReplaced.id() != null) {
        numbers.remove(lastReplaced.id(), lastReplaced.number());
      }
    }
    lastReplaced = replaced;
    if (added.id() != null) {
      numbers.put(added.id(), added.number());
    }
  }

  /** Returns the number of the latest event with this id, or {@link #NONE}. */
  long numberOf(String id, long appended) {
    if (source != null) {
      return numbers.getOrDefault(id, NONE);
    }
    if (id.isEmpty() || id.length() > LONGEST_DECIMAL || id.charAt(0) == '0') {
      return NONE;
    }
    long number = 0;
    for (int i = 0; i < id.length(); i++) {
      char digit = id.charAt(i);
      if (digit < '0' || digit > '9') {
        return NONE;
      }
      number = number * 10 + (digit - '0');
    }
    return number <= appended ? number : NONE;
  }

  /** Returns whether an unknown id may have belonged to an event that is gone. */
  boolean mayHaveForgotten() {
    return forgot;
  }
}
