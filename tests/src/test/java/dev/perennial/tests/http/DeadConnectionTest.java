package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.tests.Eventually;
import dev.perennial.tests.http.RawHttp2Server.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that share a connection of HTTP/2 survive it. */
class DeadConnectionTest {
  private static final int REFUSED_STREAM = 7;

  private final List<EventRecorder<String>> recorders = new ArrayList<>();

  @AfterEach
  void close() {
    recorders.forEach(EventRecorder::close);
  }

  @Test
  void afterSilenceTheNextAttemptUsesAnotherConnection() throws Exception {
    try (RawHttp2Server server = RawHttp2Server.start(DeadConnectionTest::onlyTheFirstDies)) {
      Sse.Builder builder = builder(server);
      for (int i = 0; i < 3; i++) {
        subscribe(builder, ofMillis(400)).assertEvents("connection 1");
      }
      assertEquals(1, server.peers().size());

      server.peers().get(0).die();

      for (EventRecorder<String> recorder : recorders) {
        assertNotEquals("connection 1", recorder.takeEvent().data());
        assertEquals(Reason.STALE, reasons(recorder).get(0));
      }
    }
  }

  @Test
  void anAttemptOnADeadConnectionIsFollowedByOneOnAnother() throws Exception {
    try (RawHttp2Server server = RawHttp2Server.start(DeadConnectionTest::onlyTheFirstDies)) {
      Sse.Builder builder = builder(server);
      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");
      server.peers().get(0).die();

      EventRecorder<String> second = recorder();
      builder.stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .withAttemptTimeout(ofMillis(300))
          .subscribe(second.listener());

      second.assertEvents("connection 2");
    }
  }

  @Test
  void anAttemptThatTheApplicationClosesLeavesTheConnectionToOthers() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    RawHttp2Server.Script script =
        (peer, stream) -> {
          if (requests.incrementAndGet() != 2) {
            peer.open(stream, event("connection " + peer.number()));
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = builder(server);
      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");
      EventRecorder<String> unanswered = subscribe(builder, ofSeconds(20));
      Eventually.holds("it has asked", () -> requests.get() == 2);

      unanswered.close();

      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");
    }
  }

  @Test
  void aPingThatIsNotAnsweredEndsAllStreamsOfTheConnection() throws Exception {
    OkHttpClient client = new OkHttpClient.Builder().pingInterval(ofSeconds(1)).build();
    try (RawHttp2Server server = RawHttp2Server.start(DeadConnectionTest::onlyTheFirstDies)) {
      Sse.Builder builder = builder(server).client(client);
      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");
      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");

      server.peers().get(0).die();

      for (EventRecorder<String> recorder : recorders) {
        assertNotEquals("connection 1", recorder.takeEvent().data());
        assertEquals(Reason.RESET, reasons(recorder).get(0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 11, 13})
  void aStreamThatIsResetGoesOnAndTheOthersStay(int code) throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> peer.open(stream, event(peer.number() + "/" + stream));
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = builder(server);
      EventRecorder<String> first = subscribe(builder, ofSeconds(20));
      first.assertEvents("1/3");
      EventRecorder<String> second = subscribe(builder, ofSeconds(20));
      second.assertEvents("1/5");

      server.peers().get(0).frame(RawHttp2Server.RST_STREAM, 0, 3, Peer.int32(code));

      String next = first.takeEvent().data();
      assertTrue(next.matches("1/7|2/3"), next);
      second.assertExhausted();
    }
  }

  /** The server has done nothing for it (RFC 9113, 8.7). */
  @Test
  void aPostWhoseStreamIsRefusedIsSentAgain() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    RawHttp2Server.Script script =
        (peer, stream) -> {
          if (requests.incrementAndGet() < 3) {
            peer.frame(RawHttp2Server.RST_STREAM, 0, stream, Peer.int32(REFUSED_STREAM));
          } else {
            peer.open(stream, event("third"));
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      subscribe(builder(server).post(RequestBody.create("{}", null)), ofSeconds(20))
          .assertEvents("third");
    }
  }

  @Test
  void aPostThatAConnectionLeavesAsItGoesAwayIsSentAgain() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          if (peer.number() == 1) {
            peer.frame(RawHttp2Server.GOAWAY, 0, 0, new byte[8]); // It has seen no stream.
          } else {
            peer.open(stream, event("connection " + peer.number()));
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      subscribe(builder(server).post(RequestBody.create("{}", null)), ofSeconds(20))
          .assertEvents("connection 2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 8, 11})
  void aPostWhoseStreamIsResetOtherwiseIsNotSentAgain(int code) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    RawHttp2Server.Script script =
        (peer, stream) -> {
          requests.incrementAndGet();
          peer.frame(RawHttp2Server.RST_STREAM, 0, stream, Peer.int32(code));
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      EventRecorder<String> recorder =
          subscribe(builder(server).post(RequestBody.create("{}", null)), ofSeconds(20));

      assertEquals(Reason.RESET, recorder.takeFailure().reason());
      assertEquals(1, requests.get());
    }
  }

  /** Once there was an answer, the server has done something. */
  @Test
  void aPostWhoseAnswerIsRefusedIsNotSentAgain() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          peer.open(stream, event("first"));
          peer.frame(RawHttp2Server.RST_STREAM, 0, stream, Peer.int32(REFUSED_STREAM));
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      EventRecorder<String> recorder =
          subscribe(builder(server).post(RequestBody.create("{}", null)), ofSeconds(20));

      recorder.assertEvents("first");
      assertEquals(Reason.RESET, recorder.takeFailure().reason());
      assertEquals(1, server.peers().size());
    }
  }

  /** OkHttp closes the connection for a code that it does not know. */
  @Test
  void aResetForAnUnknownReasonLosesNoStream() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> peer.open(stream, event(peer.number() + "/" + stream));
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = builder(server);
      subscribe(builder, ofSeconds(20)).assertEvents("1/3");
      subscribe(builder, ofSeconds(20)).assertEvents("1/5");

      server.peers().get(0).frame(RawHttp2Server.RST_STREAM, 0, 3, Peer.int32(255));

      for (EventRecorder<String> recorder : recorders) {
        String next = recorder.takeEvent().data();
        // Both may connect at once; OkHttp then keeps one of the two connections.
        assertFalse(next.startsWith("1/"), next);
      }
    }
  }

  @Test
  void aConnectionThatGoesAwayMovesItsStreamsToAnother() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> peer.open(stream, event(peer.number() + "/" + stream));
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = builder(server);
      EventRecorder<String> first = subscribe(builder, ofSeconds(20));
      first.assertEvents("1/3");
      EventRecorder<String> second = subscribe(builder, ofSeconds(20));
      second.assertEvents("1/5");

      server.peers().get(0).frame(RawHttp2Server.GOAWAY, 0, 0, new byte[] {0, 0, 0, 3, 0, 0, 0, 0});

      second.assertEvents("2/3");
      first.assertExhausted();
    }
  }

  @Test
  void aConnectionThatAllowsOneStreamIsNotShared() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          // SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, 6.5.2).
          peer.frame(RawHttp2Server.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 1});
          peer.open(stream, event("connection " + peer.number()));
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = builder(server);
      subscribe(builder, ofSeconds(20)).assertEvents("connection 1");

      subscribe(builder, ofSeconds(20)).assertEvents("connection 2");
    }
  }

  @Test
  void aHeaderTableThatOkHttpCannotAllocateFailsTheConnectionOnly() throws Exception {
    RawHttp2Server.Script script =
        (peer, stream) -> {
          peer.open(stream, event("connection " + peer.number()));
          if (peer.number() == 1) {
            // SETTINGS_HEADER_TABLE_SIZE has 32 bits without a sign (RFC 9113, 6.5.2).
            peer.frame(RawHttp2Server.SETTINGS, 0, 0, new byte[] {0, 1, -1, -1, -1, -2});
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      subscribe(builder(server), ofMillis(500)).assertEvents("connection 1", "connection 2");
    }
  }

  private static void onlyTheFirstDies(Peer peer, int stream) throws IOException {
    peer.open(stream, event("connection " + peer.number()));
  }

  private static Sse.Builder builder(RawHttp2Server server) {
    return Sse.builder(server.url()).httpVersion(Protocol.H2_PRIOR_KNOWLEDGE);
  }

  private EventRecorder<String> subscribe(Sse.Builder builder, Duration staleAfter) {
    EventRecorder<String> recorder = recorder();
    builder.stream()
        .withRetry(RetryPolicy.fixed(ofMillis(1)))
        .withStaleAfter(staleAfter)
        .subscribe(recorder.listener());
    return recorder;
  }

  private EventRecorder<String> recorder() {
    EventRecorder<String> recorder = EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
    recorders.add(recorder);
    return recorder;
  }

  private static String event(String data) {
    return "id: " + data + "\ndata: " + data + "\n\n";
  }

  private static List<Reason> reasons(EventRecorder<?> recorder) {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(state -> ((StreamState.Waiting) state).reason())
        .toList();
  }
}
