package dev.perennial.conformance.scenario;

/**
 * A step that a server of a run began, with the bytes as they were, to be kept in a trace file.
 *
 * @param connection the number of its request, from 1
 * @param atNanos since the run began
 * @param step what the server did; a replay is recorded as the events that it sent
 * @param size the number of bytes that the step wrote; more than the step has when not all were
 *     kept
 */
public record RecordedStep(int connection, long atNanos, Step step, int size) {

  /** Returns whether all bytes were kept, so that the step can be played again. */
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
