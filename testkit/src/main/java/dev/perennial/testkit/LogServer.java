package dev.perennial.testkit;

import dev.perennial.testkit.internal.Recorder;
import dev.perennial.testkit.internal.wire.EventWriter;
import dev.perennial.testkit.internal.wire.HttpAnswer;
import dev.perennial.testkit.internal.wire.LogStream;
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

/** The common part of the servers of a log: everything but the format of the events. */
abstract class LogServer implements FakeStreamServer {

  private final FakeEventLog log;
  private final String cursorParameter;
  private final boolean startsLive;
  private final boolean answersNoReplay;
  private final int overlap;
  private final Recorder<ServedRequest> requests;
  private final LoopbackServer server;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Deque<HttpAnswer> scripted = new ArrayDeque<>();

  // Guarded by lock.
  private final Set<LogStream> live = new HashSet<>();

  /** Reserves a port; nothing is served before {@link #listen}. */
  LogServer(Builder<?> builder) throws IOException {
    this.log = builder.log;
    this.cursorParameter = builder.cursorParameter;
    this.startsLive = builder.startsLive;
    this.answersNoReplay = builder.answersNoReplay;
    this.overlap = builder.overlap;
    this.requests = new Recorder<>("request", builder.recorded);
    this.server = LoopbackServer.builder(this::handle).recordingLast(builder.recorded).reserve();
  }

  void listen() throws IOException {
    server.listen();
  }

  @Override
  public final int port() {
    return server.port();
  }

  @Override
  public URI uri(String path) {
    return server.uri(path);
  }

  @Override
  public final void answerNext(int status, List<String> headerLines, String body) {
    lock.lock();
    try {
      scripted.add(new HttpAnswer(status, List.copyOf(headerLines), body));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void cutAll(Cut how) {
    liveNow().forEach(stream -> stream.cut(how));
  }

  @Override
  public final void endAll() {
    liveNow().forEach(LogStream::end);
  }

  private List<LogStream> liveNow() {
    lock.lock();
    try {
      return List.copyOf(live);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final int liveConnections() {
    lock.lock();
    try {
      return live.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final List<ServedRequest> requests() {
    return requests.all();
  }

  @Override
  public final ServedRequest takeRequest(Duration limit) throws InterruptedException {
    return requests.take(limit);
  }

  @Override
  public final void close() {
    server.close();
  }

  // ---- Serving ----

  private void handle(Exchange exchange) throws IOException, InterruptedException {
    String cursor = cursorOf(exchange.request());
    HttpAnswer answer = nextScripted();
    if (answer != null) {
      answer(exchange, cursor, answer);
    } else {
      serve(exchange, cursor);
    }
  }

  private @Nullable HttpAnswer nextScripted() {
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

  /** Serves a request for which no answer was scripted. */
  void serve(Exchange exchange, @Nullable String cursor) throws IOException, InterruptedException {
    FakeEventLog.Reader reader = readerAfter(cursor);
    if (!isReplayable(reader)) {
      answer(exchange, cursor, gone());
    } else if (reader.isExhausted()) {
      answer(exchange, cursor, new HttpAnswer(204, List.of(), ""));
    } else {
      overlap(reader, cursor);
      EventWriter wire = wire(exchange);
      run(
          new LogStream(exchange, wire, () -> reader),
          () -> record(exchange, wire.status(), cursor));
    }
  }

  /** Creates the writer for one client. */
  abstract EventWriter wire(Exchange exchange);

  FakeEventLog.Reader readerAfter(@Nullable String cursor) {
    if (cursor != null) {
      return log.readAfter(cursor);
    }
    return startsLive ? log.readLive() : log.readOldest();
  }

  static boolean isReplayable(FakeEventLog.Reader reader) {
    return reader.cursorState() == FakeEventLog.CursorState.FOUND;
  }

  final void overlap(FakeEventLog.Reader reader, @Nullable String cursor) {
    if (cursor != null) {
      reader.rewind(overlap);
    }
  }

  private HttpAnswer gone() {
    return answersNoReplay
        ? new HttpAnswer(204, List.of("X-Replay-Not-Possible: true"), "")
        : new HttpAnswer(410, List.of(), "The cursor is gone\n");
  }

  final void answer(Exchange exchange, @Nullable String cursor, HttpAnswer answer)
      throws IOException {
    record(exchange, answer.status(), cursor);
    exchange.answer(answer.status(), answer.headerLines(), answer.body());
  }

  final void record(Exchange exchange, int status, @Nullable String cursor) {
    requests.add(new ServedRequest(exchange.request(), status, cursor));
  }

  /**
   * Runs a stream to its end.
   *
   * @param whenLive runs when the stream counts as live, before it opens
   */
  final void run(LogStream stream, Runnable whenLive) throws IOException, InterruptedException {
    lock.lock();
    try {
      live.add(stream);
    } finally {
      lock.unlock();
    }
    try {
      whenLive.run();
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
}
