package dev.perennial.internal.engine;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.resume.SequenceChecker;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.settings.EventFactory;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes events into the subscription: suppresses replays, checks the sequence, decodes, moves the
 * position, hands over. Used by the engine thread only.
 */
final class EventPipeline<T> {
  private final Decoder<? extends T> decoder;
  private final EventFactory<T> eventFactory;
  private final boolean skipsMalformed;
  private final Position position;
  private final ReplayFilter replays;
  private final AcknowledgedCursor acknowledged;
  private final Delivery<T> delivery;
  private final DemandGate demand;
  private final GapHandler gaps;
  private final Notifier notifier;
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final @Nullable SequenceGate sequence; // Null when no sequence is declared.

  EventPipeline(
      SubscriptionContext<T> context,
      Delivery<T> delivery,
      Position position,
      ReplayFilter replays,
      DemandGate demand,
      GapHandler gaps,
      Notifier notifier) {
    SubscriptionSettings<T> settings = context.settings();
    this.decoder = settings.decoder();
    this.eventFactory = settings.eventFactory();
    this.skipsMalformed = settings.skipsMalformed();
    this.position = position;
    this.replays = replays;
    this.acknowledged = context.acknowledged();
    this.delivery = delivery;
    this.demand = demand;
    this.gaps = gaps;
    this.notifier = notifier;
    this.signals = context.signals();
    this.status = context.status();
    Sequence declared = settings.transport().sequence();
    this.sequence =
        declared == null
            ? null
            : new SequenceGate(
                new SequenceChecker(declared), gaps, acknowledged, context.endpoint());
  }

  /**
   * Takes a checkpoint: the position moves, and no event comes. A connection that replays may bring
   * checkpoints again, too, between events that are suppressed; the position is after them already.
   */
  void checkpoint(Frame frame, ConnectionRun run) {
    String cursor = frame.cursor();
    boolean isReplay = cursor != null && !run.hasProgressed() && replays.hasTaken(cursor);
    if (!isReplay) {
      moveAfter(frame);
    }
  }

  private void moveAfter(Frame frame) {
    position.moveAfter(frame);
    gaps.streamGoesOn();
    delivery.checkpoint(acknowledged.issueCheckpoint(position.cursor()));
  }

  /** The server has begun anew: the next event may have any number. */
  void beginAnew() {
    if (sequence != null) {
      sequence.beginAnew();
    }
  }

  /** Takes an event; returns how the connection ends with it, null to go on. */
  @Nullable ConnectionEnd deliver(Frame frame, ConnectionRun run)
      throws InterruptedException, CallbackException {
    boolean isLast = frame.isLast();
    try {
      requireSound(frame, run);
      String id = ownId(frame);
      if (replays.isReplay(id, frame, run.number())) {
        if (!Objects.equals(id, frame.cursor())) {
          position.moveAfter(frame); // Its cursor may be of another session than its id.
        }
        return isLast ? ConnectionEnd.COMPLETED : null;
      }
      if (sequence != null) {
        SequenceGate.Admission admission =
            sequence.admit(frame, run.number(), replays.canRecognise());
        if (admission.end() != null) {
          return admission.end();
        } else if (admission.isCovered()) {
          return isLast ? ConnectionEnd.COMPLETED : null;
        }
      }
      int bytes = frame.length();
      if (skipsMalformed) {
        taken(); // Also a malformed event: it would be skipped again.
      }
      if (isIgnored(frame, run)) {
        taken();
        moveAfter(frame);
        return isLast ? ConnectionEnd.COMPLETED : null;
      }
      T data = decoded(frame, run);
      if (!skipsMalformed) {
        taken(); // Only now: a malformed event has to come again.
      }
      gaps.streamGoesOn();
      position.moveAfter(frame);
      String cursor = position.cursor();
      Event<T> event =
          eventFactory.create(id, cursor, frame.type(), data, acknowledged.issue(cursor));
      notifier.event(event);
      if (!signals.isEnding()) { // The decoder or an observer may have closed it.
        List<Event<T>> dropped = delivery.event(event, bytes);
        if (!dropped.isEmpty()) {
          notifier.dropped(dropped);
        }
      }
      if (frame.error() == null) {
        run.progressed();
      }
      status.lastEventNanos(run.lastFrameNanos());
      demand.use(bytes); // Only now: a malformed event uses up no demand.
    } catch (MalformedEventException e) {
      if (!skipsMalformed || e.isPermanent()) {
        return e.end();
      }
      notifier.malformed(e.report());
    }
    return isLast ? ConnectionEnd.COMPLETED : null;
  }

  /** Checks what the transport found wrong, before anything that the event says counts. */
  private void requireSound(Frame frame, ConnectionRun run) throws MalformedEventException {
    IOException defect = frame.defect();
    if (defect != null) {
      throw MalformedEventException.defective(frame, run.endpoint(), defect);
    }
  }

  /** The event is a replay when it comes again. */
  private void taken() {
    replays.taken();
    if (sequence != null) {
      sequence.taken();
    }
  }

  private boolean isIgnored(Frame frame, ConnectionRun run)
      throws MalformedEventException, InterruptedException {
    try {
      return decoder.ignores(frame);
    } catch (Throwable thrown) {
      throw MalformedEventException.of(frame, run.endpoint(), thrown);
    }
  }

  private T decoded(Frame frame, ConnectionRun run)
      throws MalformedEventException, InterruptedException {
    try {
      return Objects.requireNonNull(decoder.decode(frame), "The decoder returned null");
    } catch (Throwable thrown) {
      throw MalformedEventException.of(frame, run.endpoint(), thrown);
    }
  }

  private static @Nullable String ownId(Frame frame) {
    String id = frame.id();
    return id == null || id.isEmpty() ? null : id;
  }
}
