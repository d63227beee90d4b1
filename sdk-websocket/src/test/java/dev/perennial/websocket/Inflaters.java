package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;

/** Makes inflaters with the default limits. */
final class Inflaters {
  private Inflaters() {}

  static MessageInflater of(Extensions agreed) {
    return of(agreed, CompressionSettings.of(), Reading.MAX_BYTES, new FixedClock());
  }

  static MessageInflater of(
      Extensions agreed, CompressionSettings settings, int maxMessageBytes, Timekeeper time) {
    return new MessageInflater(agreed, new InflationBudget(settings, maxMessageBytes, time));
  }
}
