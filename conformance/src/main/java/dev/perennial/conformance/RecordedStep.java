package dev.perennial.conformance;

/**
 * A step that a server of a run has begun, with the bytes as they were: what a trace file keeps.
 *
 * @param connection the number of its request, from 1
 * @param atNanos since the run began
 * @param step what it did; a replay is the events that it sent
 * @param size how many bytes it had to write; more than the step has where not all were kept
 */
record RecordedStep(int connection, long atNanos, Step step, int size) {

  /** Whether it can be played again. */
  boolean isWhole() {
    return size == bytesOf(step).length;
  }

  static byte[] bytesOf(Step step) {
    if (step instanceof Step.Send send) {
      return send.bytes();
    } else if (step instanceof Step.Raw raw) {
      return raw.bytes();
    }
    return step instanceof Step.Flood flood ? flood.unit() : new byte[0];
  }
}
