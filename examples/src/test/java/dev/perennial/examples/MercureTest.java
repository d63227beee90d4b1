package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Credentials;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the subscriber of a Mercure hub against one that forgets, cuts and lets tokens expire. */
@Timeout(60)
class MercureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ONE = "https://example.com/books/1";
  private static final String TWO = "https://example.com/books/2";
  private static final String OTHER = "https://example.com/films/1";

  private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> issued = new LinkedBlockingQueue<>();
  private FakeMercure hub = start();

  private static FakeMercure start() {
    try {
      return FakeMercure.retaining(3);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void issueFirst() {
    issue("jwt-1");
  }

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private void issue(String token) {
    hub.issue(token);
    issued.add(token);
  }

  private StreamSubscription follow() throws Exception {
    return new MercureUpdates(hub.url(), this::nextToken, books(hub::lastEventId))
        .follow(List.of(ONE, TWO));
  }

  private String nextToken() throws IOException {
    String token = issued.poll();
    if (token == null) {
      throw new IOException("Expected to be asked for a token once only");
    }
    return "Bearer " + token;
  }

  /** Loading the books returns what was published so far. */
  private MercureUpdates.Books books(LastEventId last) {
    return new MercureUpdates.Books() {
      @Override
      public @Nullable String load() {
        String id = last.get();
        happened.add("load at " + id);
        return id;
      }

      @Override
      public void apply(MercureUpdates.Book book) {
        happened.add(book.id() + " is " + book.status());
      }
    };
  }

  /** Returns where a resource says that it is. */
  private interface LastEventId {
    @Nullable String get();
  }

  private void publish(String topic, String status) {
    hub.publish(topic, "{\"@id\":\"" + topic + "\",\"status\":\"" + status + "\"}");
  }

  private void assertNext(String... expected) throws InterruptedException {
    for (String each : expected) {
      assertEquals(each, happened.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
  }

  @Test
  void cutConnectionGoesOnAfterTheLastUpdate() throws Exception {
    publish(ONE, "new");
    try (StreamSubscription subscription = follow()) {
      assertNext("load at " + FakeMercure.id(1));
      publish(ONE, "lent");
      publish(OTHER, "none of ours");
      publish(TWO, "new");
      assertNext(ONE + " is lent", TWO + " is new");

      hub.cutWhile(() -> publish(ONE, "back"));

      assertNext(ONE + " is back");
      assertFalse(subscription.state() instanceof StreamState.Closed);
    }
    assertEquals(List.of(FakeMercure.id(1), FakeMercure.id(4)), hub.asked());
    HttpUrl url =
        HttpUrl.get(hub.url().resolve(hub.server().requests().get(1).target()).toString());
    assertEquals(List.of(ONE, TWO), url.queryParameterValues("topic"));
  }

  @Test
  void updatesThatTheHubHasForgottenLeadToANewLoad() throws Exception {
    try (StreamSubscription subscription = follow()) {
      assertNext("load at earliest");
      publish(ONE, "new");
      assertNext(ONE + " is new");

      hub.cutWhile(
          () -> {
            for (int i = 1; i <= 5; i++) {
              publish(TWO, "edition " + i);
            }
          });
      assertNext("load at " + FakeMercure.id(6));
      publish(ONE, "lent");

      assertNext(ONE + " is lent");
      assertFalse(subscription.state() instanceof StreamState.Closed);
    }
    assertTrue(happened.isEmpty(), happened::toString);
    // The third connection is open, and unread, while the books are loaded.
    assertEquals(List.of("earliest", FakeMercure.id(1), "none", FakeMercure.id(6)), hub.asked());
  }

  @Test
  void loadThatHasNoIdIsFollowedByWhatIsPublishedSince() throws Exception {
    hub.close();
    hub = FakeMercure.retaining(1);
    hub.issue("jwt-1");
    try (StreamSubscription subscription =
        new MercureUpdates(hub.url(), this::nextToken, books(() -> null)).follow(List.of(ONE))) {
      assertNext("load at null");
      awaitOpen(subscription);
      publish(ONE, "new");
      assertNext(ONE + " is new");

      hub.cutWhile(
          () -> {
            publish(ONE, "lent");
            publish(ONE, "back");
            publish(ONE, "lost");
          });
      assertNext("load at null"); // So it is live: updates published from now on follow.
      publish(ONE, "found");

      assertNext(ONE + " is found");
    }
    assertEquals(List.of("none", FakeMercure.id(1), "none"), hub.asked());
  }

  private static void awaitOpen(StreamSubscription subscription) {
    long beganNanos = System.nanoTime();
    while (!(subscription.state() instanceof StreamState.Open)) {
      assertTrue(System.nanoTime() - beganNanos < PATIENCE.toNanos(), subscription::toString);
      Thread.onSpinWait();
    }
  }

  @Test
  void tokenThatExpiresIsReplacedAndNothingIsLost() throws Exception {
    try (StreamSubscription subscription = follow()) {
      assertNext("load at earliest");
      publish(ONE, "new");
      assertNext(ONE + " is new");

      issue("jwt-2");
      hub.expire("jwt-1");
      publish(ONE, "lent");

      assertNext(ONE + " is lent");
      assertFalse(subscription.state() instanceof StreamState.Closed);
    }
    List<String> shown =
        hub.server().requests().stream()
            .map(request -> String.valueOf(request.header("Authorization")))
            .toList();
    assertEquals(List.of("Bearer jwt-1", "Bearer jwt-1", "Bearer jwt-2"), shown);
  }

  @Test
  void tokenThatTheHubNeverTakesIsFinal() throws Exception {
    Credentials wrong = () -> "Bearer wr0ng";
    StreamSubscription subscription =
        new MercureUpdates(hub.url(), wrong, books(() -> null)).follow(List.of(ONE));

    StreamException failure = assertThrows(StreamException.class, subscription::awaitClosed);

    assertEquals(StreamException.Reason.CREDENTIALS, failure.reason());
    assertEquals(401, failure.code());
    assertFalse(failure.getMessage().contains("wr0ng"), failure::getMessage);
    assertEquals(2, hub.server().requests().size());
  }
}
