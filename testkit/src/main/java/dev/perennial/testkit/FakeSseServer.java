package dev.perennial.testkit;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} as Server-Sent Events, on any path of 127.0.0.1.
 *
 * <pre>{@code
 * FakeEventLog log = FakeEventLog.create();
 * try (FakeSseServer server = FakeSseServer.start(log)) {
 *   log.append("hello");
 *   server.uri("/ticks"); // what the client under test subscribes to
 *   server.cutAll(Cut.RST);
 * }
 * }</pre>
 *
 * <p>A request without a cursor gets everything that the log retains, and what follows. A cursor in
 * {@code Last-Event-ID}, or else in the query parameter, resumes after it; one that is gone or
 * unknown is answered 410. A log that has ended, with nothing left for the request, is answered
 * 204; a body that comes to the end of the log ends orderly.
 *
 * <p>All methods may be called from any thread.
 */
public final class FakeSseServer implements AutoCloseable {

  // Final.
  private final FakeEventLog log;
  private final String cursorParameter;
  private final boolean startsLive;
  private final int overlap;
  private final @Nullable Duration heartbeat; // null when there are none
  private final @Nullable Duration retry; // null when there is none
  private final Recorder<ServedRequest> requests;
  private final LoopbackServer server;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Deque<Answer> scripted = new ArrayDeque<>();
  private final Set<SseStream> live = new HashSet<>();

  private FakeSseServer(Builder builder) throws IOException {
    this.log = builder.log;
    this.cursorParameter = builder.cursorParameter;
    this.startsLive = builder.startsLive;
    this.overlap = builder.overlap;
    this.heartbeat = builder.heartbeat;
    this.retry = builder.retry;
    this.requests = new Recorder<>(builder.recorded);
    this.server = LoopbackServer.builder(this::handle).recordingLast(builder.recorded).start();
  }

  /**
   * Starts a server with default settings.
   *
   * @throws IOException if no port can be bound
   */
  public static FakeSseServer start(FakeEventLog log) throws IOException {
    return builder(log).start();
  }

  /** Returns a builder of servers. */
  public static Builder builder(FakeEventLog log) {
    return new Builder(log);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return server.port();
  }

  /**
   * The address of a path on this server; all paths serve the same stream.
   *
   * @param path the path and perhaps a query, beginning with a slash
   */
  public URI uri(String path) {
    return server.uri(path);
  }

  /**
   * Answers the next request that has no scripted answer yet with this one instead of the stream.
   *
   * @param status the HTTP status
   * @param headerLines headers as {@code "Name: value"}, sent as they are
   * @param body the body, sent as UTF-8
   */
  public void answerNext(int status, List<String> headerLines, String body) {
    lock.lock();
    try {
      scripted.add(new Answer(status, List.copyOf(headerLines), body));
    } finally {
      lock.unlock();
    }
  }

  /** Cuts every connection that has an open stream now. */
  public void cutAll(Cut how) {
    liveNow().forEach(stream -> stream.cut(how));
  }

  /**
   * Ends every open stream in the orderly way, after the event that is being written: as servers do
   * that restart, or that let no connection grow old.
   */
  public void endAll() {
    liveNow().forEach(SseStream::end);
  }

  private List<SseStream> liveNow() {
    lock.lock();
    try {
      return List.copyOf(live);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The number of connections with an open stream: from the answer 200 until the client has closed,
   * the connection was cut, or the body ended. A half-closed one counts until the client closes.
   */
  public int liveConnections() {
    lock.lock();
    try {
      return live.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * All requests so far with their answers, or the last {@link Builder#recordingLast} of them, in
   * order; each is there before its answer is sent.
   */
  public List<ServedRequest> requests() {
    return requests.all();
  }

  /**
   * Takes the first request that was not taken yet, and waits for it if need be.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ServedRequest takeRequest(Duration limit) throws InterruptedException {
    return requests.take(limit);
  }

  /** Closes all sockets and ends all threads, within a second. The log stays. Idempotent. */
  @Override
  public void close() {
    server.close();
  }

  private void handle(Exchange exchange) throws IOException, InterruptedException {
    String cursor = cursorOf(exchange.request());
    Answer answer = nextScripted();
    if (answer != null) {
      answer(exchange, cursor, answer);
      return;
    }
    try (FakeEventLog.Reader reader = reader(cursor)) {
      if (reader.cursorState() != FakeEventLog.CursorState.FOUND) {
        answer(exchange, cursor, new Answer(410, List.of(), "The cursor is gone\n"));
      } else if (reader.isExhausted()) {
        answer(exchange, cursor, new Answer(204, List.of(), ""));
      } else {
        if (cursor != null) {
          reader.rewind(overlap);
        }
        stream(new SseStream(exchange, reader, heartbeat, retry), exchange.request(), cursor);
      }
    }
  }

  private void answer(Exchange exchange, @Nullable String cursor, Answer answer)
      throws IOException {
    requests.add(new ServedRequest(exchange.request(), answer.status(), cursor));
    exchange.answer(answer.status(), answer.headerLines(), answer.body());
  }

  private void stream(SseStream stream, ReceivedRequest request, @Nullable String cursor)
      throws IOException, InterruptedException {
    lock.lock();
    try {
      live.add(stream);
    } finally {
      lock.unlock();
    }
    try {
      requests.add(new ServedRequest(request, 200, cursor));
      stream.run();
    } finally {
      lock.lock();
      try {
        live.remove(stream);
      } finally {
        lock.unlock();
      }
    }
  }

  private @Nullable Answer nextScripted() {
    lock.lock();
    try {
      return scripted.poll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable String cursorOf(ReceivedRequest request) {
    String cursor = request.header("Last-Event-ID");
    if (cursor == null || cursor.isEmpty()) {
      cursor = request.queryParameter(cursorParameter);
    }
    return cursor == null || cursor.isEmpty() ? null : cursor;
  }

  private FakeEventLog.Reader reader(@Nullable String cursor) {
    if (cursor != null) {
      return log.readAfter(cursor);
    }
    return startsLive ? log.readLive() : log.readOldest();
  }

  private record Answer(int status, List<String> headerLines, String body) {}

  /** Builds a {@link FakeSseServer}. */
  public static final class Builder {
    private final FakeEventLog log;
    private String cursorParameter = "lastEventId";
    private boolean startsLive;
    private int overlap;
    private @Nullable Duration heartbeat;
    private @Nullable Duration retry;
    private int recorded = Integer.MAX_VALUE;

    private Builder(FakeEventLog log) {
      this.log = log;
    }

    /**
     * Sets the query parameter that brings the cursor when no header does. If not invoked: {@code
     * lastEventId}.
     */
    public Builder cursorParameter(String name) {
      this.cursorParameter = name;
      return this;
    }

    /**
     * Gives a request without a cursor only the events that are appended from then on. If not
     * invoked it gets everything that the log retains as well.
     */
    public Builder startingLive() {
      this.startsLive = true;
      return this;
    }

    /**
     * Starts a resumed stream {@code events} before the cursor, so that the client receives
     * duplicates. If not invoked: 0.
     */
    public Builder overlap(int events) {
      Settings.requireNotNegative("overlap", events);
      this.overlap = events;
      return this;
    }

    /** Sends a comment whenever nothing was sent for so long. If not invoked: no heartbeats. */
    public Builder heartbeatEvery(Duration interval) {
      Settings.requirePositive("heartbeatEvery", interval);
      this.heartbeat = interval;
      return this;
    }

    /**
     * Sends a {@code retry:} line, in milliseconds, at the start of every stream. If not invoked:
     * none.
     */
    public Builder retry(Duration delay) {
      Settings.requireNotNegative("retry", delay);
      this.retry = delay;
      return this;
    }

    /** Forgets all requests but the last ones, for long runs. If not invoked: none. */
    public Builder recordingLast(int requests) {
      Settings.requirePositive("recordingLast", requests);
      this.recorded = requests;
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if no port can be bound
     */
    public FakeSseServer start() throws IOException {
      return new FakeSseServer(this);
    }
  }
}
