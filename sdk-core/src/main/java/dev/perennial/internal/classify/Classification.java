package dev.perennial.internal.classify;

import dev.perennial.Payload;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What events mean beyond what their format says, and how a finite stream ends. A value; each part
 * is null when it was not set.
 *
 * @param endsAt the marker of the end
 * @param endsAfter the last event
 * @param heartbeat events that are signs of life only
 * @param kindOf what any other event is
 * @param bodyEnd what the orderly end of the connection means
 */
public record Classification(
    @Nullable Predicate<? super Payload> endsAt,
    @Nullable Predicate<? super Payload> endsAfter,
    @Nullable Predicate<? super Payload> heartbeat,
    @Nullable Function<? super Payload, Payload.Kind> kindOf,
    BodyEnd bodyEnd) {

  /** What the orderly end of a connection means. */
  public enum BodyEnd {
    /** The connection is over, the stream is not. */
    OF_CONNECTION,
    /** The declared end of the stream. */
    OF_STREAM,
    /** Something is missing. */
    TOO_EARLY
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return endsAt == null
        && endsAfter == null
        && heartbeat == null
        && kindOf == null
        && bodyEnd == BodyEnd.OF_CONNECTION;
  }
}
