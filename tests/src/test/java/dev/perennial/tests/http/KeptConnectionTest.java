package dev.perennial.tests.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.tests.Eventually;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection waits for the next request only where nothing can go wrong with that. */
class KeptConnectionTest {
  private static final int POLLS = 100;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(30));
  private final AtomicInteger answers = new AtomicInteger();

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void aHundredPollsOverHttp2NeedOneConnection() throws Exception {
    RawHttp2Server.Script script = (peer, stream) -> peer.answer(stream, nextEvent());
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      subscribe(builder(server), ofMillis(1));
      takeEvents();

      assertEquals(1, server.peers().size());
    }
  }

  /** The first request finds out what the server speaks. */
  @Test
  void aHundredPollsOverTlsNeedTwoConnectionsWithHttp2() throws Exception {
    assertEquals(2, connectionsOfPollsOverTls(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)));
  }

  /** What follows an answer would be read as the next one. */
  @Test
  void aHundredPollsOverTlsNeedAHundredConnectionsWithoutHttp2() throws Exception {
    int connections = connectionsOfPollsOverTls(List.of(Protocol.HTTP_1_1));

    assertEquals(answers.get(), connections);
  }

  @Test
  void aConnectionThatItsServerHasClosedIsNotUsed() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          peer.answer(stream, event("connection " + peer.number()));
          if (peer.number() == 1) {
            peer.frame(RawHttp2Server.GOAWAY, 0, 0, new byte[] {0, 0, 0, 3, 0, 0, 0, 0});
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      subscribe(builder(server), ofMillis(200));

      recorder.assertEvents("connection 1", "connection 2");
    }
  }

  @Test
  void afterAWakeNoConnectionIsUsedThatWaited() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          peer.answer(stream, event("connection " + peer.number()));
          peer.die();
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      StreamSubscription subscription = subscribe(builder(server), ofHours(1));
      recorder.assertEvents("connection 1");
      Eventually.holds(
          "the subscription waits",
          () -> subscription.state() instanceof dev.perennial.StreamState.Waiting);

      subscription.wake();

      recorder.assertEvents("connection 2");
    }
  }

  @Test
  void aConnectionWhoseStreamWasClosedDoesNotWait() throws Exception {
    RawHttp2Server.Script script = (peer, stream) -> peer.open(stream, nextEvent());
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      StreamSubscription subscription = subscribe(builder(server), ofMillis(1));
      recorder.assertEvents("1");

      subscription.close();

      // At once, and not after the time that one may wait.
      Eventually.holds("the connection is closed", () -> server.peers().get(0).isClosed());
    }
  }

  private int connectionsOfPollsOverTls(List<Protocol> protocols) throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(certificate.certificate())
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
            .build();
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(certificates.sslSocketFactory());
      server.setProtocols(protocols);
      server.setDispatcher(new Polls());
      server.start();
      subscribe(Sse.builder(server.url("/").toString()).client(client), ofMillis(1));
      takeEvents();
      recorder.close();

      Set<Integer> connections = new HashSet<>();
      for (int left = server.getRequestCount(); left > 0; left--) {
        connections.add(server.takeRequest().getConnectionIndex());
      }
      return connections.size();
    }
  }

  private final class Polls extends Dispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      return new MockResponse.Builder()
          .addHeader("Content-Type", "text/event-stream")
          .body(nextEvent())
          .build();
    }
  }

  private StreamSubscription subscribe(Sse.Builder builder, java.time.Duration delay) {
    StreamRuntime unlimited =
        StreamRuntime.builder().attemptsPerHost(10 * POLLS, 10 * POLLS).build();
    return builder.stream()
        .withRuntime(unlimited)
        .withRetry(RetryPolicy.fixed(delay).withFloor(delay))
        .subscribe(recorder.listener());
  }

  private void takeEvents() throws InterruptedException {
    for (int i = 1; i <= POLLS; i++) {
      assertEquals(Integer.toString(i), recorder.takeEvent().data());
    }
  }

  private static Sse.Builder builder(RawHttp2Server server) {
    return Sse.builder(server.url()).httpVersion(Protocol.H2_PRIOR_KNOWLEDGE);
  }

  private String nextEvent() {
    return event(Integer.toString(answers.incrementAndGet()));
  }

  private static String event(String data) {
    return "id: " + data + "\ndata: " + data + "\n\n";
  }
}
