package dev.perennial.internal.engine;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.delivery.CallbackException;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.NextStep;
import dev.perennial.internal.settings.GapRules;
import org.jspecify.annotations.Nullable;

/**
 * Does what the rules say when events are missing: fail, go on live, or load a snapshot first. Used
 * by the engine thread only.
 */
final class GapHandler {
  private final GapRules rules;
  private final Position position;
  private final Delivery<?> delivery;
  private final AcknowledgedCursor acknowledged;
  private final Notifier notifier;
  private final EngineSignals signals;

  private boolean wasOpened;
  private boolean isLossReported; // The next open has no cursor, and the consumer knows why.
  private @Nullable Gap toFill; // Null unless a snapshot is to be loaded at the next open.
  private long breaks;

  GapHandler(
      GapRules rules,
      Position position,
      Delivery<?> delivery,
      AcknowledgedCursor acknowledged,
      Notifier notifier,
      EngineSignals signals) {
    this.rules = rules;
    this.position = position;
    this.delivery = delivery;
    this.acknowledged = acknowledged;
    this.notifier = notifier;
    this.signals = signals;
  }

  /**
   * What became of a gap.
   *
   * @param end how the connection ends because of it; null to go on with it
   * @param isPending whether a request interrupted it, so that it is still to be handled
   * @param snapshot what the snapshot loader returned; null when it returned null or did not run
   */
  record Handled(@Nullable ConnectionEnd end, boolean isPending, @Nullable String snapshot) {
    private static final Handled GO_ON = new Handled(null, false, null);
  }

  /** How many gaps of the whole stream there were: after each of them it may have begun anew. */
  long breaks() {
    return breaks;
  }

  /**
   * Handles a server that cannot replay. Returns what the subscription ends with; null to connect
   * again.
   */
  @Nullable GapException cursorLost(NextStep.ReportGap lost) throws CallbackException {
    Gap gap = gap(lost.reason(), lost.detail());
    GapRules.Action action = rules.of(gap.reason()).action();
    if (action == GapRules.Action.FAIL || position.cursor() == null) {
      notifier.gap(gap);
      return failure(gap, lost.code(), lost.cause());
    }
    position.moveTo(null); // Never the same cursor again.
    breaks++;
    if (action == GapRules.Action.SNAPSHOT_THEN_LIVE) {
      toFill = gap;
    } else {
      notifier.gap(gap);
      isLossReported = true;
    }
    return null;
  }

  /** Handles what was missed before this connection, which is open and not read yet. */
  @Nullable ConnectionEnd opened() throws InterruptedException, CallbackException {
    boolean mayHaveMissed = wasOpened && !isLossReported && position.cursor() == null;
    Gap gap = toFill;
    wasOpened = true;
    isLossReported = false;
    if (gap == null && mayHaveMissed) {
      breaks++;
      gap =
          gap(Gap.Reason.NO_CURSOR, "The stream was interrupted and has no cursor to resume with");
    }
    return gap == null ? null : fillNowOrAtNextOpen(gap);
  }

  /** Handles a gap that the server reports between two events; returns null to go on. */
  @Nullable ConnectionEnd reported(String detail) throws InterruptedException, CallbackException {
    breaks++;
    return fillNowOrAtNextOpen(gap(Gap.Reason.SERVER, detail));
  }

  private @Nullable ConnectionEnd fillNowOrAtNextOpen(Gap gap)
      throws InterruptedException, CallbackException {
    Handled handled = handle(gap);
    toFill = handled.isPending ? gap : null;
    String snapshot = handled.snapshot;
    if (snapshot == null) {
      return handled.end;
    }
    position.moveTo(snapshot);
    delivery.checkpoint(acknowledged.issueCheckpoint(snapshot));
    return ConnectionEnd.resumed("A snapshot was loaded; the stream goes on after it");
  }

  /** Does what the rules say, while the connection is open and not read. */
  Handled handle(Gap gap) throws InterruptedException, CallbackException {
    GapRules.Rule rule = rules.of(gap.reason());
    GapRules.SnapshotSource loader = rule.loader();
    if (loader != null) {
      return load(gap, loader);
    }
    notifier.gap(gap);
    return rule.action() == GapRules.Action.FAIL
        ? new Handled(ConnectionEnd.failedForGood(failure(gap, -1, null)), false, null)
        : Handled.GO_ON;
  }

  /** Loads a snapshot once the consumer has processed everything before the gap. */
  private Handled load(Gap gap, GapRules.SnapshotSource loader)
      throws InterruptedException, CallbackException {
    if (!signals.awaitUntil(delivery::isDrained)) {
      return new Handled(signals.requestedEnd(), true, null);
    }
    notifier.gap(gap);
    try {
      return new Handled(null, false, loader.load(gap));
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, true);
    }
  }

  private Gap gap(Gap.Reason reason, String detail) {
    return Gap.of(reason, acknowledged.cursor(), Gap.UNKNOWN, null, detail);
  }

  static GapException failure(Gap gap, int code, @Nullable Throwable cause) {
    return new GapException(gap, code, "Events are missing: " + gap.detail(), cause);
  }
}
