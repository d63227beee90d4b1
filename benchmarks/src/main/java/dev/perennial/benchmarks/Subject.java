package dev.perennial.benchmarks;

import okhttp3.HttpUrl;

/**
 * A client that is measured. One object serves all rounds, as one configured client would serve a
 * program.
 */
interface Subject {

  /** The name that it has in the table. */
  String name();

  /** Starts to follow the stream, and returns at once. */
  Run start(HttpUrl url, Workload workload);

  /**
   * One stream that is followed.
   *
   * @param tally of what has come
   * @param end closes the client, and returns when its threads have let go of the stream
   */
  record Run(Tally tally, AutoCloseable end) {}
}
