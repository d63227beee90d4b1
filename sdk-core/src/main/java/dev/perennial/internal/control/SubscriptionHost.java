package dev.perennial.internal.control;

import dev.perennial.StreamException;
import dev.perennial.internal.delivery.DeliveryHost;
import dev.perennial.internal.resume.CursorWriter;
import dev.perennial.spi.Transport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a queue and a store may ask of their subscription. Not loaded for a subscription that has
 * neither.
 */
final class SubscriptionHost {
  private SubscriptionHost() {}

  /**
   * What a delivery may ask.
   *
   * @param failedLate what is done when the consumer throws at the end of its subscription
   */
  static DeliveryHost ofDelivery(
      Transport transport, EngineSignals signals, Consumer<StreamException> failedLate) {
    return new DeliveryHost() {
      /** Asked each time: some transports know it only when they have connected. */
      @Override
      public String endpoint() {
        return transport.endpoint();
      }

      @Override
      public void deliveryChanged() {
        signals.changed();
      }

      @Override
      public boolean fail(Throwable cause) {
        return signals.fail(cause);
      }

      @Override
      public void failedLate(StreamException failure) {
        failedLate.accept(failure);
      }
    };
  }

  /** What the writer of the cursor may ask. */
  static CursorWriter.Host ofStore(EngineSignals signals) {
    return new CursorWriter.Host() {
      @Override
      public boolean awaitUnlessEnding(BooleanSupplier condition) throws InterruptedException {
        return signals.awaitUnlessEnding(condition);
      }

      @Override
      public void changed() {
        signals.changed();
      }

      @Override
      public boolean isEnding() {
        return signals.isEnding();
      }
    };
  }
}
