package dev.perennial.testkit.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The daemon threads of one server or proxy, which end together. */
public final class DaemonThreads {

  private final String owner;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<Thread> threads = new ArrayList<>();

  // Guarded by lock.
  private boolean closed;

  DaemonThreads(String owner) {
    this.owner = owner;
  }

  /** Starts a thread; returns false when these threads were closed before. */
  public boolean start(String name, Runnable body) {
    Thread thread = new Thread(body, "perennial-testkit-" + owner + "-" + name);
    thread.setDaemon(true);
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      // Only dead threads are removed, so that close() can wait for the others.
      threads.removeIf(started -> !started.isAlive());
      thread.start();
      threads.add(thread);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts all threads but the caller's and waits for them, {@link RealTime#CLOSE_NANOS}. */
  public void close() {
    List<Thread> ending;
    lock.lock();
    try {
      closed = true;
      ending = new ArrayList<>(threads);
    } finally {
      lock.unlock();
    }
    ending.remove(Thread.currentThread());
    ending.forEach(Thread::interrupt);
    long deadline = RealTime.nanoTime() + RealTime.CLOSE_NANOS;
    try {
      for (Thread thread : ending) {
        RealTime.joinUntil(thread, deadline);
      }
    } catch (InterruptedException e) {
      // The caller cannot wait: the threads end by themselves.
      Thread.currentThread().interrupt();
    }
  }
}
