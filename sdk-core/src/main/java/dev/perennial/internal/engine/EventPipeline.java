package dev.perennial.internal.engine;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.CallbackException;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.resume.DedupeScope;
import dev.perennial.internal.resume.RecentIds;
import dev.perennial.internal.resume.SequenceChecker;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.settings.EventFactory;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes events into the subscription: suppresses replays, checks the sequence, decodes, moves the
 * position, hands over. Used by the engine thread only.
 */
final class EventPipeline<T> {
  private final String endpoint;
  private final Decoder<? extends T> decoder;
  private final EventFactory<T> eventFactory;
  private final boolean skipsMalformed;
  private final DedupeScope dedupeScope;
  private final Position position;
  private final AcknowledgedCursor acknowledged;
  private final Delivery<T> delivery;
  private final DemandGate demand;
  private final Notifier notifier;
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final @Nullable SequenceGate sequence; // Null when no sequence is declared.

  /** Null when nothing is suppressed, from the start or since ids turned out not to be unique. */
  private @Nullable RecentIds recentIds;

  EventPipeline(
      SubscriptionContext<T> context,
      Delivery<T> delivery,
      Position position,
      DemandGate demand,
      GapHandler gaps,
      Notifier notifier) {
    SubscriptionSettings<T> settings = context.settings();
    this.endpoint = context.endpoint();
    this.decoder = settings.decoder();
    this.eventFactory = settings.eventFactory();
    this.skipsMalformed = settings.skipsMalformed();
    this.dedupeScope = settings.resume().dedupeScope();
    this.recentIds =
        dedupeScope == DedupeScope.NOTHING ? null : new RecentIds(settings.resume().dedupeSize());
    this.position = position;
    this.acknowledged = context.acknowledged();
    this.delivery = delivery;
    this.demand = demand;
    this.notifier = notifier;
    this.signals = context.signals();
    this.status = context.status();
    Sequence declared = settings.transport().sequence();
    this.sequence =
        declared == null
            ? null
            : new SequenceGate(new SequenceChecker(declared), gaps, acknowledged, endpoint);
  }

  /** Takes a checkpoint: the position moves, and no event comes. */
  void checkpoint(Frame frame) {
    position.moveAfter(frame);
    delivery.checkpoint(acknowledged.issueCheckpoint(position.cursor()));
  }

  /** Takes an event; returns how the connection ends with it, null to go on. */
  @Nullable ConnectionEnd deliver(Frame frame, ConnectionRun run)
      throws InterruptedException, CallbackException {
    boolean isLast = frame.isLast();
    try {
      requireSound(frame);
      String id = ownId(frame);
      if (id != null && isReplay(id, frame, run.number())) {
        return isLast ? ConnectionEnd.COMPLETED : null;
      }
      if (sequence != null) {
        SequenceGate.Admission admission = sequence.admit(frame, run.number());
        if (admission.end() != null) {
          return admission.end();
        } else if (admission.isCovered()) {
          return isLast ? ConnectionEnd.COMPLETED : null;
        }
      }
      T data = decoded(frame);
      if (recentIds != null && id != null) {
        recentIds.add(id, run.number()); // Only now: a malformed event has to come again.
      }
      position.moveAfter(frame);
      String cursor = position.cursor();
      Event<T> event =
          eventFactory.create(id, cursor, frame.type(), data, acknowledged.issue(cursor));
      notifier.event(event);
      if (!signals.isEnding()) { // The decoder or an observer may have closed it.
        Event<T> dropped = delivery.event(event);
        if (dropped != null) {
          notifier.dropped(dropped);
        }
      }
      run.progressed();
      status.lastEventNanos(run.lastByteNanos());
      demand.use(); // Only now: a malformed event uses up no demand.
    } catch (MalformedEventException e) {
      if (!skipsMalformed) {
        return e.end();
      }
      notifier.malformed(e.report());
    }
    return isLast ? ConnectionEnd.COMPLETED : null;
  }

  /** Checks what the transport found wrong, before anything that the event says counts. */
  private void requireSound(Frame frame) throws MalformedEventException {
    IOException defect = frame.defect();
    if (defect != null) {
      throw MalformedEventException.defective(frame, endpoint, defect);
    }
  }

  /** Whether the event was delivered before and is suppressed, which is reported. */
  private boolean isReplay(String id, Frame frame, long connection) throws CallbackException {
    RecentIds ids = recentIds;
    RecentIds.Sighting sighting = ids == null ? RecentIds.Sighting.NEW : ids.look(id, connection);
    if (sighting == RecentIds.Sighting.NEW) {
      return false;
    }
    boolean isRepeated = sighting == RecentIds.Sighting.REPEATED;
    if (isRepeated && dedupeScope == DedupeScope.REPLAYS) {
      recentIds = null;
      notifier.idsNotUnique(id);
      return false;
    }
    notifier.duplicate(id);
    if (sequence != null) {
      sequence.replayed(frame, connection);
    }
    return true;
  }

  private T decoded(Frame frame) throws MalformedEventException {
    try {
      return Objects.requireNonNull(decoder.decode(frame), "The decoder returned null");
    } catch (IOException | RuntimeException e) {
      throw new MalformedEventException(frame, endpoint, e);
    }
  }

  private static @Nullable String ownId(Frame frame) {
    String id = frame.id();
    return id == null || id.isEmpty() ? null : id;
  }
}
