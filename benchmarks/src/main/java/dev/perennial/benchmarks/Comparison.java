package dev.perennial.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;

/** Runs the subjects in turns, so that a disturbance of the machine affects all of them. */
final class Comparison {
  private static final Duration ROUND_LIMIT = Duration.ofMinutes(5);

  private final List<Subject> subjects;
  private final Workload workload;
  private final HttpUrl url;

  /**
   * @param port the port of a {@link TickServer}
   */
  Comparison(List<Subject> subjects, Workload workload, int port) {
    this.subjects = List.copyOf(subjects);
    this.workload = workload;
    this.url = workload.url(port);
  }

  /**
   * Returns the results in the order of the subjects. Throws if a client did not deliver exactly
   * the workload in each round, including the rounds of the warm-up.
   */
  List<SubjectResult> run(int warmUpRounds, int rounds) throws Exception {
    List<List<Usage>> usages = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      usages.add(new ArrayList<>());
    }
    for (int round = -warmUpRounds; round < rounds; round++) {
      for (int i = 0; i < subjects.size(); i++) {
        Usage usage = once(subjects.get(i));
        if (round >= 0) {
          usages.get(i).add(usage);
        }
      }
    }
    List<SubjectResult> results = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      results.add(new SubjectResult(subjects.get(i).name(), workload.events(), usages.get(i)));
    }
    return results;
  }

  private Usage once(Subject subject) throws Exception {
    System.gc(); // So that no subject pays for another one's garbage.
    Meter meter = Meter.start();
    Subject.Run run = subject.start(url, workload);
    Usage usage;
    try {
      run.check().await(ROUND_LIMIT);
      usage = meter.stop();
    } finally {
      run.check().closing();
      run.end().close();
    }
    try {
      run.check().verify();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(subject.name() + ": " + e.getMessage(), e);
    }
    return usage;
  }
}
