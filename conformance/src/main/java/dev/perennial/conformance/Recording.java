package dev.perennial.conformance;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The steps that the servers of a run took, in order. All methods may be called by any thread. */
final class Recording {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<RecordedStep> steps = new ArrayList<>();

  void add(RecordedStep step) {
    lock.lock();
    try {
      steps.add(step);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the steps on one connection. */
  List<RecordedStep> ofConnection(int number) {
    lock.lock();
    try {
      return steps.stream().filter(step -> step.connection() == number).toList();
    } finally {
      lock.unlock();
    }
  }
}
