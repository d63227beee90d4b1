package dev.perennial;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Events are missing here: told between the events, never silent. */
@SuppressWarnings("rawtypes") // So that Gap can be matched in a Signal of any type.
public final class Gap implements Signal {
  private final Reason reason;
  private final @Nullable String lastCursor;
  private final String detail;

  Gap(Reason reason, @Nullable String lastCursor, String detail) {
    this.reason = Objects.requireNonNull(reason, "reason");
    this.lastCursor = lastCursor;
    this.detail = Objects.requireNonNull(detail, "detail");
  }

  /** Why events are missing. */
  public Reason reason() {
    return reason;
  }

  /**
   * The acknowledged cursor: the consumer is done with everything up to it. Null when there is
   * none.
   */
  public @Nullable String lastCursor() {
    return lastCursor;
  }

  /** What happened, in words. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return "Gap[" + reason + " after cursor " + lastCursor + ": " + detail + "]";
  }

  /** Why events are missing. */
  public enum Reason {
    /** The server says that it cannot replay what was asked for. */
    SERVER,
    /** The stream was interrupted and has no cursor to resume with. */
    NO_CURSOR
  }
}
