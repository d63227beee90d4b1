package dev.perennial;

import dev.perennial.internal.settings.GapRules;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do when events are missing. An immutable value.
 *
 * <p>A policy applies to gaps that the server reports and to holes in a declared sequence. Dropped
 * events, and an interruption of a stream that has no cursor to resume with, are reported and the
 * stream continues, unless {@link #except} sets another policy for them.
 *
 * @since 0.1.0
 */
public final class GapPolicy {
  private static final GapPolicy FAIL = new GapPolicy(GapRules.Rule.FAIL, Map.of());
  private static final GapPolicy LIVE_ONLY = new GapPolicy(GapRules.Rule.LIVE_ONLY, Map.of());

  private final GapRules.Rule rule;
  private final Map<Gap.Reason, GapPolicy> exceptions;

  private GapPolicy(GapRules.Rule rule, Map<Gap.Reason, GapPolicy> exceptions) {
    this.rule = rule;
    this.exceptions = exceptions;
  }

  /** Ends the subscription with a {@link GapException}. The default. */
  public static GapPolicy fail() {
    return FAIL;
  }

  /**
   * Reports the gap, drops the cursor and continues with what the server sends now. For a hole in a
   * sequence the cursor stays. A store keeps the cursor from before the gap until another one is
   * acknowledged: a program that is restarted before then meets the gap again.
   */
  public static GapPolicy liveOnly() {
    return LIVE_ONLY;
  }

  /**
   * Reports the gap, loads a snapshot and continues. The connection is opened first and left unread
   * while the loader runs, so that no event is lost between the snapshot and the live events. The
   * loader runs once the consumer has been handed everything before the gap; it does not wait for
   * manual acknowledgements.
   */
  public static GapPolicy snapshotThenLive(SnapshotLoader loader) {
    Objects.requireNonNull(loader, "loader");
    return new GapPolicy(GapRules.Rule.snapshot(loader::load), Map.of());
  }

  /** Returns the same policy with another one for gaps of this reason. */
  public GapPolicy except(Gap.Reason reason, GapPolicy policy) {
    if (reason == Gap.Reason.OVERFLOW && !policy.rule.isLiveOnly()) {
      throw new IllegalArgumentException(
          "a gap of reason OVERFLOW cannot have the policy "
              + policy
              + ": Overflow.fail(n) ends the subscription, and with signals() a consumer can reload"
              + " in line");
    }
    Map<Gap.Reason, GapPolicy> more = new EnumMap<>(Gap.Reason.class);
    more.putAll(exceptions);
    more.put(Objects.requireNonNull(reason, "reason"), Objects.requireNonNull(policy, "policy"));
    return new GapPolicy(rule, more);
  }

  /** The rule for each reason. */
  GapRules rules() {
    Map<Gap.Reason, GapRules.Rule> rules = new EnumMap<>(Gap.Reason.class);
    for (Gap.Reason reason : Gap.Reason.values()) {
      boolean goesOn = reason == Gap.Reason.OVERFLOW || reason == Gap.Reason.NO_CURSOR;
      GapPolicy exception = exceptions.get(reason);
      GapPolicy chosen = exception != null ? exception : goesOn ? LIVE_ONLY : this;
      rules.put(reason, chosen.rule);
    }
    return new GapRules(rules, Set.copyOf(exceptions.keySet()));
  }

  @Override
  public String toString() {
    return "GapPolicy[" + rule + (exceptions.isEmpty() ? "" : ", except " + exceptions) + "]";
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
