package dev.perennial.internal.resume;

import java.io.Closeable;
import java.io.IOException;

/** A store that keeps other processes out, and knows when two names mean the same. Any thread. */
public interface Exclusive {

  /** Returns what is equal for all names of one store. May do I/O. */
  Object key();

  /**
   * Keeps other processes out until the result is closed, or this process has ended.
   *
   * @throws IOException that says who has the store
   */
  Closeable lock() throws IOException;
}
