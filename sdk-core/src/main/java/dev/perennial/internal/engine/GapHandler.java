package dev.perennial.internal.engine;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.NextStep;
import dev.perennial.internal.settings.GapRules;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does what the rules say when events are missing: fail, go on live, or load a snapshot first. Used
 * by the engine thread only.
 *
 * <p>Every gap goes through {@link #handle}, which reports it. A gap of the whole stream also goes
 * through {@link #breakOff}: the position is dropped, since the server cannot replay after it, and
 * the replay window is cleared, since the consumer may start over with what comes now, and the
 * server with its ids. The acknowledged cursor stays until the next event, or a snapshot's cursor,
 * replaces it: after a restart it leads to the same gap again, where no cursor would lead to a loss
 * that is not reported.
 */
final class GapHandler {
  private final Supplier<GapRules> rules;
  private final Position position;
  private final ReplayFilter replays;
  private final Delivery<?> delivery;
  private final AcknowledgedCursor acknowledged;
  private final Notifier notifier;
  private final EngineSignals signals;

  /**
   * The consumer knows where in the stream it is, or the server has begun to send it. Before that
   * nothing can be missed, such as when each connection is refused in messages.
   */
  private boolean hasBegun;

  private boolean wasOpened;

  /** The consumer knows that events are missing here, and nothing has come since. */
  private boolean isLossReported;

  private boolean isBreakFresh; // Nothing has come since the last gap of the whole stream.
  private @Nullable String epoch; // Null until the server names one.
  private @Nullable Gap toFill; // Null unless a snapshot is to be loaded at the next open.
  private long breaks;

  GapHandler(
      Supplier<GapRules> rules,
      Position position,
      ReplayFilter replays,
      Delivery<?> delivery,
      AcknowledgedCursor acknowledged,
      Notifier notifier,
      EngineSignals signals) {
    this.rules = rules;
    this.position = position;
    this.replays = replays;
    this.delivery = delivery;
    this.acknowledged = acknowledged;
    this.notifier = notifier;
    this.signals = signals;
  }

  /**
   * What became of a gap.
   *
   * @param end how the connection ends because of it; null to go on with it
   * @param snapshot what the snapshot loader returned; null when it returned null or did not run
   */
  record Handled(@Nullable ConnectionEnd end, @Nullable String snapshot) {}

  /** How many gaps of the whole stream there were: after each of them it may have begun anew. */
  long breaks() {
    return breaks;
  }

  /** Something came on the open connection: an interruption after it is another loss. */
  void streamGoesOn() {
    begun();
    isLossReported = false;
    isBreakFresh = false;
  }

  /** The stream has begun: what comes between two connections from now on may be missed. */
  void begun() {
    hasBegun = true;
  }

  // ---- Gaps of the whole stream ----

  /**
   * Handles a server that cannot replay. Returns what the subscription ends with; null to connect
   * again.
   */
  @Nullable StreamException cursorLost(NextStep.ReportGap lost) throws CallbackException {
    Gap gap = gap(lost.reason(), lost.detail());
    GapRules.Rule rule = ruleOf(gap.reason());
    if (rule.isFinal() || position.cursor() == null) {
      notifier.gap(gap);
      return failure(gap, lost.failure());
    }
    breakOff(); // Never the same cursor again.
    if (rule.loader() != null) {
      toFill = gap;
    } else {
      notifier.gap(gap);
      isLossReported = true;
    }
    return null;
  }

  /**
   * Waits until the consumer has all before the gap, if the next connection is to be left unread
   * while a snapshot is loaded: it would not live long. Returns false on a request.
   */
  boolean awaitReadyToConnect() throws InterruptedException {
    return toFill == null || signals.awaitUntil(delivery::isDrained);
  }

  /** Handles what was missed before this connection, which is open and not read yet. */
  @Nullable ConnectionEnd opened() throws InterruptedException, CallbackException {
    boolean mayHaveMissed = wasOpened && hasBegun && !isLossReported && !position.isKept();
    Gap pending = toFill;
    wasOpened = true;
    isLossReported = false;
    if (pending != null && signals.hasRequest()) {
      return signals.requestedEnd();
    }
    if (pending != null) {
      toFill = null;
      return goOnAfter(handle(pending)); // The consumer has all before it.
    }
    return mayHaveMissed
        ? handleNowOrAtNextOpen(
            gap(
                Gap.Reason.NO_CURSOR,
                "The stream was interrupted and has no cursor to resume with"))
        : null;
  }

  /** Handles a gap that the server reports between two events; returns null to go on. */
  @Nullable ConnectionEnd reported(String detail) throws InterruptedException, CallbackException {
    begun();
    ConnectionEnd end = handleNowOrAtNextOpen(gap(Gap.Reason.SERVER, detail));
    isLossReported = ruleOf(Gap.Reason.SERVER).isLiveOnly();
    return end;
  }

  /** Notes the epoch that a frame names; returns whether it is another one than before. */
  boolean isOtherEpoch(String name) {
    boolean isOther = epoch != null && !epoch.equals(name);
    epoch = name;
    return isOther;
  }

  /**
   * Handles a server that begins anew; returns null to go on. If a gap was reported just before,
   * the consumer knows already that events may be missing.
   */
  @Nullable ConnectionEnd newEpoch(String detail) throws InterruptedException, CallbackException {
    if (isBreakFresh) {
      breakOff();
      return null;
    }
    ConnectionEnd end = handleNowOrAtNextOpen(gap(Gap.Reason.NEW_EPOCH, detail));
    isLossReported = ruleOf(Gap.Reason.NEW_EPOCH).isLiveOnly();
    return end;
  }

  private @Nullable ConnectionEnd handleNowOrAtNextOpen(Gap gap)
      throws InterruptedException, CallbackException {
    breakOff();
    if (isInterruptedBefore(gap)) {
      toFill = gap;
      return signals.requestedEnd();
    }
    return goOnAfter(handle(gap));
  }

  private @Nullable ConnectionEnd goOnAfter(Handled handled) throws CallbackException {
    String snapshot = handled.snapshot;
    if (snapshot == null) {
      return handled.end;
    }
    position.moveTo(snapshot);
    replays.startAfter(snapshot);
    delivery.checkpoint(acknowledged.issueCheckpoint(snapshot));
    return ConnectionEnd.resumed("A snapshot was loaded; the stream goes on after it");
  }

  private void breakOff() {
    position.moveTo(null);
    replays.clear();
    breaks++;
    isBreakFresh = true;
  }

  // ---- Holes in a sequence ----

  /**
   * Handles a hole in a sequence. The position stays before it until the event that shows it was
   * taken in, so that a hole whose snapshot is interrupted is found again.
   *
   * @param isOfStream whether the numbers of the whole stream began anew, and perhaps its ids
   */
  Handled hole(Gap gap, boolean isOfStream) throws InterruptedException, CallbackException {
    if (isOfStream) {
      replays.clear();
    }
    return isInterruptedBefore(gap) ? new Handled(signals.requestedEnd(), null) : handle(gap);
  }

  /**
   * Reports that holes may be overlooked from now on. Returns false where the rule for holes is to
   * fail.
   */
  boolean holesMayBeOverlooked(String detail) throws CallbackException {
    if (ruleOf(Gap.Reason.SEQUENCE).isFinal()) {
      return false;
    }
    notifier.gap(gap(Gap.Reason.SEQUENCE, detail));
    return true;
  }

  // ---- All gaps ----

  /** Waits until the consumer has all before the gap, if a snapshot is to be loaded for it. */
  private boolean isInterruptedBefore(Gap gap) throws InterruptedException {
    boolean isLoaded = ruleOf(gap.reason()).loader() != null;
    return isLoaded && !signals.awaitUntil(delivery::isDrained);
  }

  /** Does what the rules say, while the connection is open and not read. */
  private Handled handle(Gap gap) throws CallbackException {
    GapRules.Rule rule = ruleOf(gap.reason());
    notifier.gap(gap);
    if (rule.isFinal()) {
      return new Handled(ConnectionEnd.failedForGood(failure(gap, null)), null);
    }
    GapRules.SnapshotSource loader = rule.loader();
    return new Handled(null, loader == null ? null : load(gap, loader));
  }

  private static @Nullable String load(Gap gap, GapRules.SnapshotSource loader)
      throws CallbackException {
    try {
      return loader.load(gap);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, true);
    }
  }

  private GapRules.Rule ruleOf(Gap.Reason reason) {
    return rules.get().of(reason);
  }

  private Gap gap(Gap.Reason reason, String detail) {
    return Gap.of(reason, acknowledged.cursor(), Gap.UNKNOWN, null, detail);
  }

  /**
   * Returns what ends the subscription.
   *
   * @param served what the server says about it; null when it says nothing
   */
  static GapException failure(Gap gap, @Nullable StreamException served) {
    String message = "Events are missing: " + gap.detail();
    return served == null
        ? new GapException(gap, -1, message, null)
        : new GapException(gap, served.code(), message, served.getCause(), served.response());
  }
}
