package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * Does what the policy says when events are missing: fail, go on live, or load a snapshot first.
 * Touched by the engine's thread alone.
 */
final class GapHandler<T> {
  private final GapPolicy policy;
  private final EventPipeline<T> intake;
  private final Delivery<T> outlet;
  private final AcknowledgedCursor acknowledged;
  private final Notifier telling;
  private final EngineSignals controls;

  private boolean wasOpened;
  private boolean isTold; // The next open has no cursor, and the consumer knows why.
  private @Nullable Gap toFill; // Null unless a snapshot is to be loaded at the next open.
  private long breaks;

  GapHandler(GapPolicy policy, Engine<T> engine, Delivery<T> outlet) {
    this.policy = policy;
    this.intake = engine.intake();
    this.outlet = outlet;
    this.acknowledged = engine.acknowledged();
    this.telling = engine.telling();
    this.controls = engine.controls();
  }

  Gap gap(Gap.Reason reason, String detail) {
    return new Gap(reason, acknowledged.cursor(), Gap.UNKNOWN, null, detail);
  }

  /** How many gaps of the whole stream there were: behind each of them it may have begun anew. */
  long breaks() {
    return breaks;
  }

  /** The server cannot replay; what the subscription ends with, null to connect again. */
  @Nullable GapException lost(NextStep.Lost lost) throws CallbackException {
    Gap gap = gap(lost.reason(), lost.detail());
    GapPolicy.Kind kind = policy.of(gap.reason()).kind();
    boolean hadCursor = intake.position() != null;
    if (kind == GapPolicy.Kind.FAIL || !hadCursor) {
      telling.gap(gap);
      return failure(gap, lost.code(), lost.cause());
    }
    intake.startAfter(null); // Never the same cursor again.
    breaks++;
    if (kind == GapPolicy.Kind.SNAPSHOT_THEN_LIVE) {
      toFill = gap;
    } else {
      telling.gap(gap);
      isTold = true;
    }
    return null;
  }

  /** A connection is open, and nobody reads it yet. Null to go on with it. */
  @Nullable ConnectionEnd opened() throws InterruptedException, CallbackException {
    boolean mayHaveMissed = wasOpened && !isTold && intake.position() == null;
    Gap gap = toFill;
    wasOpened = true;
    isTold = false;
    toFill = null;
    if (gap != null) {
      return atOpen(gap);
    }
    if (!mayHaveMissed) {
      return null;
    }
    breaks++;
    return atOpen(
        gap(Gap.Reason.NO_CURSOR, "The stream was interrupted and has no cursor to resume with"));
  }

  private @Nullable ConnectionEnd atOpen(Gap gap) throws InterruptedException, CallbackException {
    Snapshot loaded = met(gap);
    if (loaded == null) {
      toFill = gap; // It is still to be filled, unless this is the end.
      return null;
    }
    return loaded.ending != null ? loaded.ending : resumed(loaded.result);
  }

  /**
   * The server told a gap between two events of an open connection. Null to go on with it, or when
   * disturbed.
   */
  @Nullable ConnectionEnd inBand(String detail) throws InterruptedException, CallbackException {
    breaks++;
    Snapshot loaded = met(gap(Gap.Reason.SERVER, detail));
    if (loaded == null) {
      return null;
    }
    return loaded.ending != null ? loaded.ending : resumed(loaded.result);
  }

  /** What became of a gap. */
  record Snapshot(@Nullable ConnectionEnd ending, @Nullable String result) {
    static final Snapshot NONE = new Snapshot(null, null);
  }

  /**
   * Does what the policy says, while the connection is open and nobody reads it; null when
   * disturbed before all was done.
   */
  @Nullable Snapshot met(Gap gap) throws InterruptedException, CallbackException {
    GapPolicy chosen = policy.of(gap.reason());
    if (chosen.kind() == GapPolicy.Kind.SNAPSHOT_THEN_LIVE) {
      return load(gap, chosen);
    }
    telling.gap(gap);
    return chosen.kind() == GapPolicy.Kind.FAIL
        ? new Snapshot(ConnectionEnd.lost(failure(gap, -1, null)), null)
        : Snapshot.NONE;
  }

  /** Loads when all before the gap was handed to the consumer. */
  private @Nullable Snapshot load(Gap gap, GapPolicy chosen)
      throws InterruptedException, CallbackException {
    controls.awaitDemand(() -> outlet.isDrained() ? 1 : 0);
    if (controls.isDisturbed()) {
      return null;
    }
    telling.gap(gap);
    try {
      return new Snapshot(null, chosen.loader().load(gap));
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, true);
    }
  }

  private @Nullable ConnectionEnd resumed(@Nullable String cursor) throws CallbackException {
    if (cursor == null) {
      return null;
    }
    intake.startAfter(cursor);
    outlet.checkpoint(cursor);
    return ConnectionEnd.resumed("A snapshot was loaded; the stream goes on after it");
  }

  static GapException failure(Gap gap, int code, @Nullable Throwable cause) {
    return new GapException(gap, code, "Events are missing: " + gap.detail(), cause);
  }
}
