package dev.perennial.conformance.remote;

import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A run that a client in another process began. Any thread may call it. */
final class RemoteSession {

  private final String id;
  private final SessionRequest request;
  private final ControlledClient client;
  private final Conformance conformance;
  private final int scenarios;
  private final Consumer<? super Report> onReport;
  private final Consumer<? super Report> onLeft;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<Result> results = new ArrayList<>();

  // Guarded by lock.
  private State state = State.RUNNING;

  /**
   * Creates a session that has not started.
   *
   * @param onReport receives the report when all scenarios are judged, on the session's thread
   * @param onLeft receives the results so far when the session ends early, on the same thread
   */
  RemoteSession(
      String id,
      SessionRequest request,
      ControlledClient client,
      Consumer<? super Report> onReport,
      Consumer<? super Report> onLeft) {
    this.id = id;
    this.request = request;
    this.client = client;
    this.onReport = onReport;
    this.onLeft = onLeft;
    this.conformance =
        Conformance.of(client)
            .rules(request::wants)
            .seed(request.seed())
            .speed(request.speed())
            .atOnce(request.atOnce())
            .onResult(this::judged);
    this.scenarios = conformance.size();
    this.thread = new Thread(this::run, "perennial-conformance-session-" + id);
    thread.setDaemon(true);
  }

  /** The state of a session. */
  enum State {
    RUNNING,
    /** All scenarios are judged. */
    FINISHED,
    /** The session ended before that. */
    LEFT;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  void start() {
    thread.start();
  }

  private void run() {
    Report report;
    try {
      report = conformance.run();
      endAs(State.FINISHED);
    } catch (InterruptedException e) {
      endAs(State.LEFT);
      report = conformance.soFar();
    }
    client.end("All scenarios of the session are over");
    if (state() == State.FINISHED) {
      onReport.accept(report);
    } else {
      onLeft.accept(report);
    }
  }

  private void endAs(State end) {
    lock.lock();
    try {
      if (state == State.RUNNING) {
        state = end;
      }
    } finally {
      lock.unlock();
    }
  }

  private void judged(Result result) {
    lock.lock();
    try {
      results.add(result);
    } finally {
      lock.unlock();
    }
    client.judged(result);
  }

  /** Ends the session early, and reports the results so far. */
  void leave(String why) {
    endAs(State.LEFT);
    client.end(why);
    thread.interrupt();
  }

  /** Waits for the end of the session's thread. */
  void join(Duration limit) throws InterruptedException {
    thread.join(Math.max(1, limit.toMillis()));
  }

  String id() {
    return id;
  }

  SessionRequest request() {
    return request;
  }

  ControlledClient client() {
    return client;
  }

  /** Returns the number of scenarios that apply to the client. */
  int scenarios() {
    return scenarios;
  }

  State state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the results so far, sorted by key. */
  List<Result> results() {
    lock.lock();
    try {
      return results.stream().sorted(Comparator.comparing(Result::key)).toList();
    } finally {
      lock.unlock();
    }
  }
}
