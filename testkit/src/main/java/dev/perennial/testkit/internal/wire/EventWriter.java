package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.LoggedEvent;
import java.io.IOException;
import java.time.Duration;

/** How a log's events go to one client. All methods are called by the stream's thread. */
public interface EventWriter {

  /** What is added is written at once when it has come to so many bytes. */
  int FULL_BYTES = 32 * 1024;

  /** How long to wait for an event when nothing else is to be done meanwhile. */
  Duration IDLE_WAIT = Duration.ofSeconds(1);

  /** Returns the status of the answer that opens the stream. */
  int status();

  /**
   * Writes the answer that opens the stream, and watches the client from then on.
   *
   * @param onLeft runs on another thread when the client has closed
   */
  void open(Runnable onLeft) throws IOException;

  /** Returns how long to wait for the next event before {@link #onQuiet}. */
  Duration patience();

  /** Adds an event to what the next flush writes. */
  void add(LoggedEvent event) throws IOException;

  /** Writes what was added. */
  void flush() throws IOException;

  /** Writes a heartbeat if one is due: there was no event for {@link #patience}. */
  void onQuiet() throws IOException;

  /** Ends the stream, in the orderly way if the client is still there. */
  void end(End of) throws IOException, InterruptedException;

  /** What has come to its end. */
  enum End {
    /** No event will follow. */
    OF_LOG,
    /** Events follow for a client that connects again. */
    OF_CONNECTION,
    /** The client has left or was cut off. */
    OF_CLIENT
  }
}
