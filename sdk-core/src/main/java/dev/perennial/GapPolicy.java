package dev.perennial;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do when events are missing. An immutable value.
 *
 * <p>A policy speaks for the gaps that the server told and for holes in a declared sequence.
 * Dropped events and a stream that has no cursor to resume with are told and the stream goes on,
 * unless {@link #except} says otherwise for them.
 *
 * @since 0.1.0
 */
public final class GapPolicy {
  private static final GapPolicy FAIL = new GapPolicy(Kind.FAIL, null);
  private static final GapPolicy LIVE_ONLY = new GapPolicy(Kind.LIVE_ONLY, null);

  /** What a policy does. */
  enum Kind {
    FAIL,
    LIVE_ONLY,
    SNAPSHOT_THEN_LIVE
  }

  private final Kind kind;
  private final Map<Gap.Reason, GapPolicy> exceptions = new EnumMap<>(Gap.Reason.class);

  /** Null unless the kind is a snapshot. */
  private final @Nullable SnapshotLoader loader;

  private GapPolicy(Kind kind, @Nullable SnapshotLoader loader) {
    this.kind = kind;
    this.loader = loader;
  }

  /** Ends the subscription with a {@link GapException}. The default. */
  public static GapPolicy fail() {
    return FAIL;
  }

  /** Tells the gap, drops the cursor and goes on with what the server sends now. */
  public static GapPolicy liveOnly() {
    return LIVE_ONLY;
  }

  /**
   * Tells the gap, loads a snapshot and goes on. The connection is opened first and left unread
   * while the loader runs, so that nothing falls between the snapshot and the live events. The
   * loader runs when everything before the gap was handed to the consumer; it does not wait for
   * what the consumer acknowledges by hand.
   */
  public static GapPolicy snapshotThenLive(SnapshotLoader loader) {
    return new GapPolicy(Kind.SNAPSHOT_THEN_LIVE, Objects.requireNonNull(loader, "loader"));
  }

  /** The same policy, but another one for gaps of this reason. */
  public GapPolicy except(Gap.Reason reason, GapPolicy policy) {
    if (reason == Gap.Reason.OVERFLOW && policy.kind != Kind.LIVE_ONLY) {
      throw new IllegalArgumentException(
          "a gap of reason OVERFLOW cannot have the policy "
              + policy
              + ": Overflow.fail(n) ends the subscription, and with signals() a consumer can reload"
              + " in line");
    }
    GapPolicy copy = new GapPolicy(kind, loader);
    copy.exceptions.putAll(exceptions);
    copy.exceptions.put(
        Objects.requireNonNull(reason, "reason"), Objects.requireNonNull(policy, "policy"));
    return copy;
  }

  /** The policy for gaps of this reason. */
  GapPolicy of(Gap.Reason reason) {
    GapPolicy exception = exceptions.get(reason);
    if (exception != null) {
      return exception;
    }
    boolean goesOn = reason == Gap.Reason.OVERFLOW || reason == Gap.Reason.NO_CURSOR;
    return goesOn ? LIVE_ONLY : this;
  }

  /** Whether a policy was given for this very reason. */
  boolean speaksFor(Gap.Reason reason) {
    return exceptions.containsKey(reason);
  }

  Kind kind() {
    return kind;
  }

  SnapshotLoader loader() {
    return Objects.requireNonNull(loader, "loader");
  }

  @Override
  public String toString() {
    return "GapPolicy[" + kind + (exceptions.isEmpty() ? "" : ", except " + exceptions) + "]";
  }

  /** Loads what the missing events would have led to. */
  @FunctionalInterface
  public interface SnapshotLoader {

    /**
     * Loads the snapshot; called on the subscription's engine thread, and may block.
     *
     * @return the cursor to go on after, or for a hole in a declared sequence the last number that
     *     the snapshot covers; null to go on with what the server sends now
     * @throws Exception ends the subscription with {@link StreamException.Reason#CONSUMER}
     */
    @Nullable String load(Gap gap) throws Exception;
  }
}
