package dev.perennial.testkit;

/**
 * A kind of fault that a {@link ChaosProxy} injects, as its counters name it.
 *
 * @since 0.1.0
 */
public enum ProxyFault {
  /** A connection was cut by {@link Cut#FIN}. */
  FIN,
  /** A connection was cut by {@link Cut#RST}. */
  RST,
  /** A connection was cut by {@link Cut#HALF_CLOSE}. */
  HALF_CLOSE,
  /** Forwarding was frozen. */
  FREEZE,
  /** The proxy went down. */
  DOWN,
  /** A direction became a black hole. */
  BLACK_HOLE,
  /** A direction was given a latency. */
  LATENCY,
  /** A direction was given a bandwidth. */
  BANDWIDTH,
  /** A direction was sliced. */
  SLICE,
  /** A direction was made to hold bytes back. */
  HOLD;

  static ProxyFault of(Cut cut) {
    return switch (cut) {
      case FIN -> FIN;
      case RST -> RST;
      case HALF_CLOSE -> HALF_CLOSE;
    };
  }
}
