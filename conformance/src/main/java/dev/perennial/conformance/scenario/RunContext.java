package dev.perennial.conformance.scenario;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the parts of one run share: its server, its consumer and its judge.
 *
 * @param scenario what is run
 * @param scale of the run's time
 * @param trace records what the client and the servers see
 * @param recording records the steps that the servers take
 */
record RunContext(Scenario scenario, TimeScale scale, Trace trace, Queue<RecordedStep> recording) {
  private static final int MOST_KEPT = 64 * 1024;

  static RunContext of(Scenario scenario, TimeScale scale) {
    return new RunContext(scenario, scale, new Trace(), new ConcurrentLinkedQueue<>());
  }

  /** Records a step that a server begins, without most of the bytes if there are very many. */
  void record(int connection, Step step) {
    byte[] bytes = RecordedStep.bytesOf(step);
    Step kept = step;
    if (bytes.length > MOST_KEPT && step instanceof Step.Send send) {
      kept = new Step.Send(kept(bytes), send.description());
    } else if (bytes.length > MOST_KEPT && step instanceof Step.Raw raw) {
      kept = new Step.Raw(kept(bytes), raw.description());
    }
    recording.add(new RecordedStep(connection, trace.now(), kept, bytes.length));
  }

  /** Returns as many bytes as are kept. */
  static byte[] kept(byte[] bytes) {
    return bytes.length <= MOST_KEPT ? bytes : Arrays.copyOf(bytes, MOST_KEPT);
  }

  TraceView view() {
    return new TraceView(scenario.protocol, scenario.settings, trace, scale);
  }
}
