package dev.perennial.examples;

import java.util.concurrent.locks.ReentrantLock;

/** Takes a fake server down for a while: cuts its connections and holds back new requests. */
final class Outage {
  private final ReentrantLock server = new ReentrantLock();

  /** Waits while the server is down. Called before each answer. */
  void awaitEnd() throws InterruptedException {
    server.lockInterruptibly();
    server.unlock();
  }

  /**
   * Cuts the connections, runs {@code meanwhile} while the server is down, then ends the outage.
   */
  void cutWhile(Runnable cut, Runnable meanwhile) {
    server.lock();
    try {
      cut.run();
      meanwhile.run();
    } finally {
      server.unlock();
    }
  }
}
