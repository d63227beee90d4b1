package dev.perennial.internal.engine;

import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.resume.AcknowledgedCursor;

/**
 * Lets the engine read only while the consumer wants events. Demand is claimed in bulk, so that
 * most events cost a decrement. Used by the engine thread only.
 */
final class DemandGate {
  private final Delivery<?> delivery;
  private final AcknowledgedCursor acknowledged;
  private final EngineSignals signals;

  private long credit; // How many events may be handed over without asking.
  private long bytesLeft; // After how many bytes to ask again all the same.

  DemandGate(Delivery<?> delivery, AcknowledgedCursor acknowledged, EngineSignals signals) {
    this.delivery = delivery;
    this.acknowledged = acknowledged;
    this.signals = signals;
  }

  /** Waits for demand while there is none; false when another thread made a request meanwhile. */
  boolean await() throws InterruptedException {
    return (credit > 0 && bytesLeft > 0) || hasClaimed() || signals.awaitUntil(this::hasClaimed);
  }

  private boolean hasClaimed() {
    long room = acknowledged.room();
    credit = room == 0 ? 0 : delivery.claim(room);
    bytesLeft = delivery.claimBytes();
    return credit > 0;
  }

  /** Uses up the demand for one event with a payload of so many bytes. */
  void use(int bytes) {
    credit--;
    bytesLeft -= bytes;
  }
}
