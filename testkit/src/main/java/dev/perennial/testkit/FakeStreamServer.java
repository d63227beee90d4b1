package dev.perennial.testkit;

import dev.perennial.testkit.internal.Settings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} on 127.0.0.1, over any transport.
 *
 * <pre>{@code
 * void survivesAReset(FakeEventLog log, FakeStreamServer.Builder<?> builder) throws IOException {
 *   try (FakeStreamServer server = builder.start()) {
 *     server.uri("/ticks"); // what the client under test subscribes to
 *     server.cutAll(Cut.RST);
 *   }
 * }
 * }</pre>
 *
 * <p>A request without a cursor gets all retained events and those that follow. A request with a
 * cursor resumes after it; 410 answers a cursor that is gone or unknown. 204 answers a request for
 * which an ended log has no events left.
 *
 * <p>Only the testkit implements this interface. All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface FakeStreamServer extends AutoCloseable {

  /** Returns the port on 127.0.0.1. */
  int port();

  /**
   * Returns the address of a path on this server; all paths serve the same stream.
   *
   * @param path the path and perhaps a query, beginning with a slash
   */
  URI uri(String path);

  /**
   * Answers the next request that has no scripted answer yet, instead of opening the stream.
   *
   * @param status the HTTP status
   * @param headerLines headers as {@code "Name: value"}, sent as they are
   * @param body the body, sent as UTF-8
   */
  void answerNext(int status, List<String> headerLines, String body);

  /** Cuts every connection that has an open stream now. */
  void cutAll(Cut how);

  /**
   * Ends every open stream in order, after the current event, like a server that restarts or limits
   * the age of connections.
   */
  void endAll();

  /**
   * Returns the number of connections with an open stream: from the answer that opens it until the
   * client has closed, the connection was cut, or the stream ended. A half-closed one counts until
   * the client closes.
   */
  int liveConnections();

  /**
   * Returns all requests so far with their answers, or the last {@link Builder#recordingLast} of
   * them, in order; each is there before its answer is sent.
   */
  List<ServedRequest> requests();

  /**
   * Takes the first request that was not taken yet, and waits for it if necessary.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  ServedRequest takeRequest(Duration limit) throws InterruptedException;

  /** Closes all sockets and ends all threads, within a second. The log stays. Idempotent. */
  @Override
  void close();

  /**
   * The settings of all servers of a log.
   *
   * @param <B> the type of the builder itself
   */
  abstract class Builder<B extends Builder<B>> {
    final FakeEventLog log;
    String cursorParameter;
    boolean startsLive;
    boolean answersNoReplay;
    int overlap;
    @Nullable Duration heartbeat; // null when there are none
    int recorded = Integer.MAX_VALUE;

    Builder(FakeEventLog log, String cursorParameter) {
      this.log = log;
      this.cursorParameter = cursorParameter;
    }

    abstract B self();

    /**
     * Sets the query parameter for the cursor, which counts when there is no header {@code
     * Last-Event-ID}. If not invoked: {@code lastEventId} for server-sent events, else {@code
     * since}.
     */
    public B cursorParameter(String name) {
      this.cursorParameter = name;
      return self();
    }

    /**
     * Sends a request without a cursor only the events that are appended from then on. If not
     * invoked: the retained events, too.
     */
    public B startingLive() {
      this.startsLive = true;
      return self();
    }

    /**
     * Starts a resumed stream {@code events} before the cursor, so that the client receives
     * duplicates. If not invoked: 0.
     */
    public B overlap(int events) {
      Settings.requireNotNegative("overlap", events);
      this.overlap = events;
      return self();
    }

    /**
     * Answers a cursor that is gone or unknown with 204 and {@code X-Replay-Not-Possible: true}. If
     * not invoked: with 410.
     */
    public B answeringNoReplay() {
      this.answersNoReplay = true;
      return self();
    }

    /** Sends a heartbeat whenever nothing was sent for this time. If not invoked: none. */
    public B heartbeatEvery(Duration interval) {
      Settings.requirePositive("heartbeatEvery", interval);
      this.heartbeat = interval;
      return self();
    }

    /** Keeps only the last records, for long runs. If not invoked: all. */
    public B recordingLast(int requests) {
      Settings.requirePositive("recordingLast", requests);
      this.recorded = requests;
      return self();
    }

    /**
     * Starts the server.
     *
     * @throws IOException if no port can be bound
     */
    public abstract FakeStreamServer start() throws IOException;
  }
}
