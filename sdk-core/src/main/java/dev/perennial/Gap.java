package dev.perennial;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Events are missing. Reported in order, between the events around it.
 *
 * @since 0.1.0
 */
@SuppressWarnings("rawtypes") // So that Gap can be matched in a Signal of any type.
public final class Gap implements Signal {
  /** What {@link #missed} returns when the number is not known. */
  public static final long UNKNOWN = -1;

  private final Reason reason;
  private final @Nullable String lastCursor;
  private final long missed;
  private final @Nullable String sequenceKey;
  private final String detail;

  private Gap(
      Reason reason,
      @Nullable String lastCursor,
      long missed,
      @Nullable String sequenceKey,
      String detail) {
    this.reason = Objects.requireNonNull(reason, "reason");
    this.lastCursor = lastCursor;
    this.missed = missed;
    this.sequenceKey = sequenceKey;
    this.detail = Objects.requireNonNull(detail, "detail");
  }

  /**
   * Creates a gap as a subscription would report it, for tests of code that handles gaps.
   *
   * @param lastCursor null when there is none
   * @param missed how many events are missing; {@link #UNKNOWN} when that cannot be known
   * @param sequenceKey null for a gap that is not in a sequence with a key
   * @param detail what happened, in words
   */
  public static Gap of(
      Reason reason,
      @Nullable String lastCursor,
      long missed,
      @Nullable String sequenceKey,
      String detail) {
    return new Gap(reason, lastCursor, missed, sequenceKey, detail);
  }

  /** Why events are missing. */
  public Reason reason() {
    return reason;
  }

  /**
   * The acknowledged cursor: the consumer has processed everything up to it. Null when there is
   * none.
   */
  public @Nullable String lastCursor() {
    return lastCursor;
  }

  /** How many events are missing; {@link #UNKNOWN} when that cannot be known. */
  public long missed() {
    return missed;
  }

  /** The key of the sequence that has the hole; null for any other gap, or without a key. */
  public @Nullable String sequenceKey() {
    return sequenceKey;
  }

  /** What happened, in words. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return "Gap["
        + reason
        + ", missed="
        + (missed == UNKNOWN ? "unknown" : missed)
        + ", lastCursor="
        + lastCursor
        + (sequenceKey == null ? "" : ", sequenceKey=" + sequenceKey)
        + ": "
        + detail
        + "]";
  }

  /** Why events are missing. */
  public enum Reason {
    /** The server says that it cannot replay what was asked for. */
    SERVER,
    /**
     * The server closes again and again and the cursor does not move: it seems to refuse the
     * cursor.
     */
    CURSOR_REJECTED,
    /** The consumer was too slow, and its overflow policy dropped events. */
    OVERFLOW,
    /**
     * A declared sequence has a hole, or started again. Also reported once when there are more keys
     * than can be followed.
     */
    SEQUENCE,
    /** The stream was interrupted and has no cursor to resume with. */
    NO_CURSOR,
    /** The server has started over, for example with a new session: its ids and numbers are new. */
    NEW_EPOCH
  }
}
