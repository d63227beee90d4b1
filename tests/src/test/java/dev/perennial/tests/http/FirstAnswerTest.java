package dev.perennial.tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams whose first connection is a response that the caller has already. */
@Timeout(60)
class FirstAnswerTest {
  private static final RetryPolicy SOON =
      RetryPolicy.fixed(Duration.ofMillis(1)).withFloor(Duration.ofMillis(1));

  private final MockWebServer server = new MockWebServer();
  private final OkHttpClient client = new OkHttpClient();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static MockResponse.Builder events(String body) {
    return new MockResponse.Builder()
        .setHeader("Content-Type", "text/event-stream")
        .chunkedBody(body, 1_000);
  }

  private Request request() {
    return new Request.Builder().url(server.url("/ticks")).build();
  }

  private Request post() {
    return request()
        .newBuilder()
        .post(RequestBody.create("{}", MediaType.get("application/json")))
        .build();
  }

  private static Sse.Builder over(Call call, Response response) {
    return Sse.builder(response.request()).firstAnswer(response, call::cancel);
  }

  private static List<String> readAll(EventStream<String> stream) {
    List<String> data = new ArrayList<>();
    try (EventReader<String> reader = stream.open()) {
      for (Event<String> event : reader) {
        data.add(event.data());
      }
    }
    return data;
  }

  @Test
  void theAnswerIsReadWithoutAnotherRequest() throws Exception {
    server.enqueue(events("data: a\n\ndata: b\n\n").build());
    Call call = client.newCall(request());

    assertEquals(List.of("a", "b"), readAll(over(call, call.execute()).endsWithBody().stream()));

    assertEquals(1, server.getRequestCount());
  }

  @Test
  void whatFollowsIsRequestedAfterTheLastEvent() throws Exception {
    server.enqueue(
        events("id: 1\ndata: a\n\n" + ":".repeat(5_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    server.enqueue(events("id: 2\ndata: b\n\ndata: [DONE]\n\n").build());
    Call call = client.newCall(request());

    assertEquals(
        List.of("a", "b"),
        readAll(
            over(call, call.execute()).endsAt(e -> e.text().equals("[DONE]")).stream()
                .withRetry(SOON)));

    assertNull(server.takeRequest().getHeaders().get("Last-Event-ID"));
    assertEquals("1", server.takeRequest().getHeaders().get("Last-Event-ID"));
  }

  @Test
  void anotherSubscriptionMakesARequestOfItsOwn() throws Exception {
    server.enqueue(events("data: a\n\n").build());
    server.enqueue(events("data: b\n\n").build());
    Call call = client.newCall(request());
    EventStream<String> stream = over(call, call.execute()).endsWithBody().stream();

    assertEquals(List.of("a"), readAll(stream));
    assertEquals(List.of("b"), readAll(stream));
  }

  @Test
  void aPostThatTheCallerHasSentIsNotSentAgain() throws Exception {
    server.enqueue(events("id: 1\ndata: a\n\n").build());
    Call call = client.newCall(post());

    StreamException failure =
        assertThrows(
            StreamException.class,
            () ->
                readAll(
                    over(call, call.execute()).endsAt(e -> e.text().equals("[DONE]")).stream()
                        .withRetry(SOON)));

    assertEquals(Reason.INCOMPLETE, failure.reason());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void aPostThatTheCallerHasSentIsResumedByOtherRequests() throws Exception {
    server.enqueue(events("id: 1\ndata: a\n\n").build());
    server.enqueue(events("id: 2\ndata: b\n\ndata: [DONE]\n\n").build());
    Call call = client.newCall(post());

    assertEquals(
        List.of("a", "b"),
        readAll(
            over(call, call.execute())
                .resumeWith(attempt -> request())
                .cursorHeader("Last-Event-ID")
                .endsAt(e -> e.text().equals("[DONE]"))
                .stream()
                .withRetry(SOON)));

    assertEquals("POST", server.takeRequest().getMethod());
    assertEquals("GET", server.takeRequest().getMethod());
  }

  @Test
  void aRunThatTheCallerHasBegunIsNotBegunAgainWithoutACursor() throws Exception {
    server.enqueue(events("data: a\n\n").build());
    Call call = client.newCall(post());

    StreamException failure =
        assertThrows(
            StreamException.class,
            () ->
                readAll(
                    over(call, call.execute())
                        .resumeWith(attempt -> request())
                        .endsAt(e -> e.text().equals("[DONE]"))
                        .stream()
                        .withRetry(SOON)));

    assertEquals(Reason.INCOMPLETE, failure.reason());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void anAnswerThatIsNoStreamIsRefusedInTheUsualWords() throws Exception {
    server.enqueue(new MockResponse.Builder().code(404).body("no such feed").build());
    Call call = client.newCall(request());

    StreamException failure =
        assertThrows(StreamException.class, () -> readAll(over(call, call.execute()).stream()));

    assertEquals(404, failure.code());
    assertTrue(failure.getMessage().contains("no such feed"), failure::getMessage);
  }

  @Test
  void aReadTimeoutOfTheCallersClientEndsTheConnectionOnly() throws Exception {
    OkHttpClient hasty = client.newBuilder().readTimeout(200, TimeUnit.MILLISECONDS).build();
    server.enqueue(events("id: 1\ndata: a\n\nX").throttleBody(20, 10, TimeUnit.MINUTES).build());
    server.enqueue(events("id: 2\ndata: b\n\ndata: [DONE]\n\n").build());
    Call call = hasty.newCall(request());
    List<StreamException> failures = new CopyOnWriteArrayList<>();
    StreamObserver observer =
        new StreamObserver() {
          @Override
          public void onDisconnected(
              StreamSubscription subscription, Reason reason, @Nullable StreamException cause) {
            failures.add(cause);
          }
        };

    assertEquals(
        List.of("a", "b"),
        readAll(
            over(call, call.execute()).endsAt(e -> e.text().equals("[DONE]")).stream()
                .withObserver(observer)
                .withRetry(SOON)));

    assertTrue(
        failures.get(0).getMessage().matches(".*: No byte came from .* for [0-9.]+ (ms|s)"),
        failures::toString);
  }

  @Test
  void closingCancelsTheCallersCall() throws Exception {
    server.enqueue(events("data: a\n\ndata: b\n\n").throttleBody(10, 10, TimeUnit.MINUTES).build());
    Call call = client.newCall(request());

    try (EventReader<String> reader = over(call, call.execute()).stream().open()) {
      reader.subscription().awaitOpen(Duration.ofSeconds(30));
    }

    assertTrue(call.isCanceled());
  }

  @Test
  void linesOfJsonAreReadFromAnySource() throws IOException {
    AtomicInteger cancelled = new AtomicInteger();
    Response response =
        new Response.Builder()
            .request(request())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .header("Content-Type", "application/x-ndjson")
            .body(ResponseBody.create(new Buffer().writeUtf8("{\"n\":1}\n{\"n\":2}\n"), null, -1))
            .build();

    List<Integer> numbers = new ArrayList<>();
    try (EventReader<JsonNode> reader =
        Ndjson.builder(request())
            .firstAnswer(response, cancelled::incrementAndGet)
            .endsWithBody()
            .stream(JsonNode.class)
            .open()) {
      for (Event<JsonNode> event : reader) {
        numbers.add(event.data().path("n").asInt());
      }
    }

    assertEquals(List.of(1, 2), numbers);
    assertEquals(0, server.getRequestCount());
  }

  @Test
  void aCancelThatThrowsDoesNotReachWhoCloses() throws Exception {
    server.enqueue(events("data: a\n\ndata: b\n\n").throttleBody(10, 10, TimeUnit.MINUTES).build());
    Call call = client.newCall(request());
    Response response = call.execute();
    CountDownLatch uncaught = new CountDownLatch(1);
    Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.countDown());
    try (EventReader<String> reader =
        Sse.builder(request())
            .firstAnswer(
                response,
                () -> {
                  call.cancel();
                  throw new IllegalStateException("cancelled twice");
                })
            .stream()
            .open()) {
      reader.subscription().awaitOpen(Duration.ofSeconds(30));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    assertTrue(call.isCanceled());
  }
}
