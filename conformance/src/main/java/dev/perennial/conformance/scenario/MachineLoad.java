package dev.perennial.conformance.scenario;

/** Tells whether this machine was too busy to judge a client by time. Thread-safe. */
public interface MachineLoad extends AutoCloseable {
  /** Returns the nanoseconds since the measuring began. */
  long now();

  /** Returns whether the machine was busy at some time since {@link #now} was this. */
  boolean wasBusySince(long nanos);

  @Override
  void close();
}
