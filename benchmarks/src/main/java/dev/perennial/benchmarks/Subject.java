package dev.perennial.benchmarks;

import okhttp3.HttpUrl;

/**
 * A client that is measured. One object serves all rounds, as one configured client would serve a
 * program.
 */
interface Subject {

  /** Returns the name in the table. */
  String name();

  /** Starts to follow the stream, and returns at once. */
  Run start(HttpUrl url, Workload workload);

  /**
   * One stream that is followed.
   *
   * @param check checks what has arrived
   * @param end closes the client, and returns when its threads no longer use the stream
   */
  record Run(DeliveryCheck check, AutoCloseable end) {}
}
