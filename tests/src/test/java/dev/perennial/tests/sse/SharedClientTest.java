package dev.perennial.tests.sse;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** OkHttp's dispatcher allows 5 calls to a host; streams must neither wait for it nor starve it. */
class SharedClientTest {
  private static final int SUBSCRIPTIONS = 50;

  @Test
  void fiftySubscriptionsToOneHostOpenAndAnOrdinaryCallIsStillServed() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("hello");
    OkHttpClient client = new OkHttpClient();
    List<EventRecorder<String>> recorders = new ArrayList<>();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      String url = server.uri("/events").toString();
      for (int i = 0; i < SUBSCRIPTIONS; i++) {
        EventRecorder<String> recorder =
            EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
        Sse.builder(url).client(client).stream().subscribe(recorder.listener());
        recorders.add(recorder);
      }
      for (EventRecorder<String> recorder : recorders) {
        assertEquals("hello", recorder.takeEvent().data());
      }
      assertEquals(SUBSCRIPTIONS, server.liveConnections());
      server.answerNext(200, List.of("Content-Type: text/plain"), "served");
      assertEquals("served", enqueued(client, url).get(10, TimeUnit.SECONDS));

      for (EventRecorder<String> recorder : recorders) {
        StreamSubscription subscription = recorder.subscription();
        subscription.close();
        assertTrue(subscription.awaitClosed(ofSeconds(5)));
        recorder.assertExhausted();
      }
    }
    assertEquals(0, client.dispatcher().runningCallsCount());
    assertTrue(!client.dispatcher().executorService().isShutdown(), "the caller's client lives on");
  }

  private static CompletableFuture<String> enqueued(OkHttpClient client, String url) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    client
        .newCall(new Request.Builder().url(url).build())
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(e);
              }

              @Override
              public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                  answer.complete(response.body().string());
                }
              }
            });
    return answer;
  }
}
