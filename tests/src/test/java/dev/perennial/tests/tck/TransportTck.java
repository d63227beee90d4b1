package dev.perennial.tests.tck;

import static java.time.Duration.ofMillis;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterMethod;

/** The rules of Reactive Streams over a socket. As to skips see {@link DirectTckTest}. */
public abstract class TransportTck extends PublisherVerification<Event<String>> {

  /** A stream of more is one without an end: what no test reads is not sent. */
  private static final long MOST_EVENTS = 2_000;

  /** The end of a body is no end of the stream: the next answer says so. */
  private static final RetryPolicy AT_ONCE = RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1));

  private final Queue<FakeStreamServer> servers = new ConcurrentLinkedQueue<>();

  protected TransportTck() {
    super(TckStreams.socketEnvironment());
  }

  abstract FakeStreamServer.Builder<?> serverOf(FakeEventLog log);

  abstract EventStream<String> streamOf(String url);

  @Override
  public Publisher<Event<String>> createPublisher(long elements) {
    FakeEventLog log = FakeEventLog.create();
    for (long i = 0; i < Math.min(elements, MOST_EVENTS); i++) {
      log.append("event");
    }
    if (elements <= MOST_EVENTS) {
      log.end();
    }
    return streamOf(start(log).uri("/events").toString()).withRetry(AT_ONCE);
  }

  @Override
  public Publisher<Event<String>> createFailedPublisher() {
    FakeStreamServer server = start(FakeEventLog.create());
    server.answerNext(403, List.of(), "");
    return streamOf(server.uri("/events").toString());
  }

  private FakeStreamServer start(FakeEventLog log) {
    try {
      FakeStreamServer server = serverOf(log).start();
      servers.add(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterMethod
  public void stopServers() {
    for (FakeStreamServer each = servers.poll(); each != null; each = servers.poll()) {
      each.close();
    }
  }
}
