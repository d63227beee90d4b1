package dev.perennial.internal.settings;

import dev.perennial.Gap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do about gaps of each reason.
 *
 * @param byReason has a rule for every reason
 * @param explicit the reasons for which the caller has set a rule of their own
 */
public record GapRules(Map<Gap.Reason, Rule> byReason, Set<Gap.Reason> explicit) {

  /** What to do about a gap. */
  public enum Action {
    /** End the subscription. */
    FAIL,
    /** Drop the cursor and go on with what the server sends now. */
    LIVE_ONLY,
    /** Load a snapshot, then go on. */
    SNAPSHOT_THEN_LIVE
  }

  /**
   * An action.
   *
   * @param loader loads the snapshot; null unless the action is a snapshot
   */
  public record Rule(Action action, @Nullable SnapshotSource loader) {}

  /** Loads what the missing events would have led to. */
  @FunctionalInterface
  public interface SnapshotSource {
    @Nullable String load(Gap gap) throws Exception;
  }

  /** Returns the rule for gaps of this reason. */
  public Rule of(Gap.Reason reason) {
    Rule rule = byReason.get(reason);
    if (rule == null) {
      throw new IllegalStateException("No rule for gaps of reason " + reason);
    }
    return rule;
  }
}
