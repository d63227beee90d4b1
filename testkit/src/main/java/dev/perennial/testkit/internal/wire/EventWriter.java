package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.LoggedEvent;
import java.io.IOException;
import java.time.Duration;

/** Writes a log's events to one client. All methods are called by the stream's thread. */
public interface EventWriter {

  /** Added events are written at once when they have this many bytes. */
  int FULL_BYTES = 32 * 1024;

  /** How long to wait for an event when there is no heartbeat to send. */
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

  /** Writes the added events. */
  void flush() throws IOException;

  /** Writes a heartbeat if one is due, since there was no event for {@link #patience}. */
  void onQuiet() throws IOException;

  /** Ends the stream, in order if the client is still connected. */
  void end(End of) throws IOException, InterruptedException;

  /** Why the stream ends. */
  enum End {
    /** The log has ended: no event will follow. */
    OF_LOG,
    /** The connection ends: a client that connects again gets more events. */
    OF_CONNECTION,
    /** The client has left or was cut off. */
    OF_CLIENT
  }
}
