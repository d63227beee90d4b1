package dev.perennial.websocket;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether and how far a server may compress. A value.
 *
 * @param offers what is offered, the preferred first; empty for no compression
 * @param maxRatio how many times the bytes on the wire may be inflated to
 * @param maxBytesPerSecond how many bytes a second may be inflated to besides
 */
record CompressionSettings(List<CompressionOffer> offers, int maxRatio, int maxBytesPerSecond) {
  static final int DEFAULT_RATIO = 100;
  static final int DEFAULT_BYTES_PER_SECOND = 16 * 1024 * 1024;

  /** No compression. */
  static final CompressionSettings NONE = of();

  /** The defaults, with these offers. */
  static CompressionSettings of(CompressionOffer... offers) {
    return new CompressionSettings(List.of(offers), DEFAULT_RATIO, DEFAULT_BYTES_PER_SECOND);
  }

  CompressionSettings withOffers(CompressionOffer... others) {
    return new CompressionSettings(List.of(others), maxRatio, maxBytesPerSecond);
  }

  CompressionSettings withLimits(int ratio, int bytesPerSecond) {
    if (ratio <= 0 || bytesPerSecond <= 0) {
      throw new IllegalArgumentException(
          "maxInflation must have a positive ratio and bytesPerSecond but was "
              + ratio
              + " and "
              + bytesPerSecond);
    }
    return new CompressionSettings(offers, ratio, bytesPerSecond);
  }

  /** The value of the header that offers all of them (RFC 7692, 5.1). */
  String header() {
    return offers.stream().map(CompressionOffer::toString).collect(Collectors.joining(", "));
  }
}
