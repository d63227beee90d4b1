package dev.perennial.testkit;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} on 127.0.0.1, whatever the protocol that brings the events.
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
 * <p>A request without a cursor gets everything that the log retains, and what follows. A request
 * with one resumes after it; a cursor that is gone or unknown is answered 410. A log that has
 * ended, with nothing left for the request, is answered 204.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public sealed interface FakeStreamServer extends AutoCloseable permits LogServer {

  /** The port on 127.0.0.1. */
  int port();

  /**
   * The address of a path on this server; all paths serve the same stream.
   *
   * @param path the path and perhaps a query, beginning with a slash
   */
  URI uri(String path);

  /**
   * Answers the next request that has no scripted answer yet with this one instead of the stream.
   *
   * @param status the HTTP status
   * @param headerLines headers as {@code "Name: value"}, sent as they are
   * @param body the body, sent as UTF-8
   */
  void answerNext(int status, List<String> headerLines, String body);

  /** Cuts every connection that has an open stream now. */
  void cutAll(Cut how);

  /**
   * Ends every open stream in the orderly way, after the event that is being written: as servers do
   * that restart, or that let no connection grow old.
   */
  void endAll();

  /**
   * The number of connections with an open stream: from the answer that opens it until the client
   * has closed, the connection was cut, or the stream ended. A half-closed one counts until the
   * client closes.
   */
  int liveConnections();

  /**
   * All requests so far with their answers, or the last {@link Builder#recordingLast} of them, in
   * order; each is there before its answer is sent.
   */
  List<ServedRequest> requests();

  /**
   * Takes the first request that was not taken yet, and waits for it if need be.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  ServedRequest takeRequest(Duration limit) throws InterruptedException;

  /** Closes all sockets and ends all threads, within a second. The log stays. Idempotent. */
  @Override
  void close();

  /**
   * What all servers of a log can be told.
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
     * Sets the query parameter that brings the cursor when the header {@code Last-Event-ID} does
     * not. If not invoked: {@code lastEventId} for server-sent events, {@code since} otherwise.
     */
    public B cursorParameter(String name) {
      this.cursorParameter = name;
      return self();
    }

    /**
     * Gives a request without a cursor only the events that are appended from then on. If not
     * invoked it gets everything that the log retains as well.
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

    /** Sends a sign of life whenever nothing was sent for so long. If not invoked: none. */
    public B heartbeatEvery(Duration interval) {
      Settings.requirePositive("heartbeatEvery", interval);
      this.heartbeat = interval;
      return self();
    }

    /** Forgets all records but the last ones, for long runs. If not invoked: none. */
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
