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

  /**
   * What to do about a gap: end the subscription, or drop the cursor and go on with what the server
   * sends now, perhaps after a snapshot.
   *
   * @param isFinal whether it ends the subscription
   * @param loader loads the snapshot; null without one
   */
  public record Rule(boolean isFinal, @Nullable SnapshotSource loader) {
    public static final Rule FAIL = new Rule(true, null);
    public static final Rule LIVE_ONLY = new Rule(false, null);

    /** Goes on after a snapshot. */
    public static Rule snapshot(SnapshotSource loader) {
      return new Rule(false, loader);
    }

    /** Whether the stream goes on with what the server sends now, without a snapshot. */
    public boolean isLiveOnly() {
      return !isFinal && loader == null;
    }

    @Override
    public String toString() {
      return isFinal ? "FAIL" : loader == null ? "LIVE_ONLY" : "SNAPSHOT_THEN_LIVE";
    }
  }

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
