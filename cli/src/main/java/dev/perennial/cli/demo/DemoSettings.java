package dev.perennial.cli.demo;

/**
 * What a demo runs.
 *
 * @param transport of the stream
 * @param seed of the faults and of the jitter
 * @param events to publish, at least one
 * @param faults to inject, zero or more
 */
record DemoSettings(DemoTransport transport, long seed, long events, int faults) {

  /** How many events before the cursor the server replays to a client that resumes. */
  static final int REPLAYED_EVENTS = 32;
}
