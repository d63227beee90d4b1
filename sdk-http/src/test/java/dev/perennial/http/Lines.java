package dev.perennial.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.IntFunction;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** A transport of lines of text, for tests of the exchange that all transports over HTTP share. */
final class Lines {
  static final String TYPE = "text/lines";

  /** Longer than any test waits. */
  static final Deadlines PATIENT = new Deadlines(SECONDS.toNanos(30), SECONDS.toNanos(30));

  private Lines() {}

  static Builder builder(String url) {
    return new Builder(RequestSource.of(url));
  }

  static Builder builder(HttpUrl url) {
    return builder(url.toString());
  }

  static Builder builder(Request request) {
    return new Builder(RequestSource.of(request));
  }

  static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  static final class Builder extends HttpStreamBuilder<Builder> {
    Builder(RequestSource source) {
      super(source, List.of(TYPE));
      formatHeader("Cache-Control", "no-cache");
    }

    @Override
    protected IntFunction<LineFramer> framers() {
      return LineFramer::new;
    }

    Transport classified() {
      return classifiedTransport();
    }

    StreamConnection connection() {
      return connection(new TestAttempt());
    }

    StreamConnection connection(Attempt attempt) {
      return classifiedTransport().newConnection(attempt);
    }

    /** Opens a connection that the test must close. */
    StreamConnection open() throws IOException {
      return open(new TestAttempt());
    }

    StreamConnection open(Attempt attempt) throws IOException {
      StreamConnection connection = connection(attempt);
      connection.open();
      return connection;
    }
  }

  /** The connections of the streams that use this client in a {@link TestAttempt}. */
  static ConnectionPool connectionsOf(OkHttpClient client) {
    StreamPools pools = TestAttempt.RUNTIME.resource(StreamPools.class, StreamPools::new);
    return new StreamingClient(null).derivedFrom(client, pools).connectionPool();
  }

  /** The text of the next event; null at the end. */
  static @Nullable String read(StreamConnection connection) throws IOException {
    Frame frame = connection.read(PATIENT);
    return frame == null ? null : frame.text();
  }

  static Deadlines within(int noByteMillis, int oneEventMillis) {
    return new Deadlines(MILLISECONDS.toNanos(noByteMillis), MILLISECONDS.toNanos(oneEventMillis));
  }

  /** An attempt by the system's clock. */
  record TestAttempt(@Nullable String cursor, Duration timeout, StreamRuntime runtime)
      implements Attempt {
    private static final StreamRuntime RUNTIME =
        StreamRuntime.builder()
            .resource(
                OkHttpClient.class,
                new OkHttpClient.Builder()
                    .connectionPool(new ConnectionPool(5, 500, MILLISECONDS))
                    .build())
            .build();

    TestAttempt() {
      this(null, Duration.ofSeconds(20), RUNTIME);
    }

    static TestAttempt after(String cursor) {
      return new TestAttempt(cursor, Duration.ofSeconds(20), RUNTIME);
    }

    static TestAttempt within(Duration timeout) {
      return new TestAttempt(null, timeout, RUNTIME);
    }

    @Override
    public StreamSubscription subscription() {
      throw new UnsupportedOperationException("There is no subscription");
    }

    @Override
    public int number() {
      return 1;
    }

    @Override
    public long connection() {
      return 1;
    }

    @Override
    public Timekeeper timekeeper() {
      return SystemClock.INSTANCE;
    }
  }

  /** The system's clock. */
  private static final class SystemClock implements Timekeeper {
    static final SystemClock INSTANCE = new SystemClock();

    private final ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "test-timer");
              thread.setDaemon(true);
              return thread;
            });

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller's part.
    public boolean await(Condition condition, long nanos) throws InterruptedException {
      return condition.awaitNanos(nanos) > 0;
    }

    @Override
    public Timer schedule(Runnable task, long nanos) {
      var scheduled = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    }
  }
}
