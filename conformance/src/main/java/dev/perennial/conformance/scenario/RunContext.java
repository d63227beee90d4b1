package dev.perennial.conformance.scenario;

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

  static RunContext of(Scenario scenario, TimeScale scale) {
    return new RunContext(scenario, scale, new Trace(), new ConcurrentLinkedQueue<>());
  }

  TraceView view() {
    return new TraceView(scenario.protocol, scenario.settings, trace, scale);
  }
}
