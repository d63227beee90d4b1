package dev.perennial.benchmarks;

/** Counts the bytes of a body that is not parsed. */
final class ByteCheck extends DeliveryCheck {
  private final long expected;

  // Written by the reading thread, and read by others after complete() or fail().
  private long received;

  ByteCheck(Workload workload) {
    this.expected = (long) workload.events() * new TickBody(workload).eventBytes();
  }

  void bytes(int count) {
    received += count;
    if (received == expected) {
      complete();
    } else if (received > expected) {
      fail(new IllegalStateException("Expected " + expected + " bytes but was " + this));
    }
  }

  @Override
  boolean isExact() {
    return received == expected;
  }

  @Override
  public String toString() {
    return received + " of " + expected + " bytes";
  }
}
