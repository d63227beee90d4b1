package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each recipe of a stream of lines against a fake that answers as the real service does. */
@Timeout(60)
class LineRecipesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();

  private void assertNext(String... expected) throws InterruptedException {
    for (String each : expected) {
      assertEquals(each, happened.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
  }

  // ---- Kubernetes ----

  @Test
  void watchGoesOnAfterTheListAndEveryTimeout() throws Exception {
    try (FakeKubernetes cluster = FakeKubernetes.start(false)) {
      cluster.change("ADDED", "web-1");
      cluster.change("ADDED", "web-2");
      try (StreamSubscription watch = pods(cluster).follow()) {
        assertNext("list at 101");
        cluster.change("MODIFIED", "web-1");
        assertNext("MODIFIED default/web-1");

        cluster.timeOut();
        cluster.change("DELETED", "web-1");
        assertNext("DELETED default/web-1");

        cluster.bookmark();
        cluster.timeOut();
        cluster.change("ADDED", "web-3");
        assertNext("ADDED default/web-3");
        assertFalse(watch.state() instanceof StreamState.Closed);
      }

      assertEquals(List.of("101", "102", "104"), cluster.asked());
      ReceivedRequest first = cluster.server().requests().get(0);
      assertEquals("/api/v1/pods", first.path());
      assertEquals("1", first.queryParameter("watch"));
      assertEquals("true", first.queryParameter("allowWatchBookmarks"));
      assertEquals("application/json", first.header("Accept"));
    }
  }

  @Test
  void cutConnectionGoesOnAfterTheLastChange() throws Exception {
    try (FakeKubernetes cluster = FakeKubernetes.start(false)) {
      cluster.change("ADDED", "web-1");
      try (StreamSubscription watch = pods(cluster).follow()) {
        assertNext("list at 100");
        cluster.change("MODIFIED", "web-1");
        assertNext("MODIFIED default/web-1");

        cluster.cutAll();
        cluster.change("DELETED", "web-1");

        assertNext("DELETED default/web-1");
        assertFalse(watch.state() instanceof StreamState.Closed);
      }
      assertEquals(List.of("100", "101"), cluster.asked());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void versionThatIsGoneLeadsToANewList(boolean isReportedInStream) throws Exception {
    try (FakeKubernetes cluster = FakeKubernetes.start(isReportedInStream)) {
      cluster.change("ADDED", "web-1");
      try (StreamSubscription watch = pods(cluster).follow()) {
        assertNext("list at 100");
        cluster.change("MODIFIED", "web-1");
        assertNext("MODIFIED default/web-1");

        cluster.cutWhile(
            () -> {
              cluster.change("DELETED", "web-1");
              cluster.change("ADDED", "web-2");
              cluster.compact();
            });
        assertNext("list at 103");
        cluster.change("MODIFIED", "web-2");

        assertNext("MODIFIED default/web-2");
        assertFalse(watch.state() instanceof StreamState.Closed);
      }
      assertEquals(List.of("100", "101", "none", "103"), cluster.asked());
    }
  }

  @Test
  void anyOtherErrorIsTriedAgainInTheServersWords() throws Exception {
    String failed =
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"message\":\"no\",\"code\":500}}\n";
    AtomicInteger answers = new AtomicInteger();
    try (LoopbackServer api =
        LoopbackServer.start(
            exchange -> {
              if (answers.incrementAndGet() < 3) {
                exchange.answer(200, List.of("Content-Type: application/json"), failed);
              } else {
                exchange.answer(204, List.of(), "");
              }
            })) {
      StreamSubscription watch = pods(api, () -> "100").follow();

      watch.awaitClosed();

      assertEquals(3, api.requests().size());
      assertNext("list at 100");
      assertTrue(happened.isEmpty(), happened::toString);
    }
  }

  private KubernetesPods pods(FakeKubernetes cluster) {
    return pods(cluster.server(), cluster::version);
  }

  private KubernetesPods pods(LoopbackServer api, Supplier<String> versionOfNow) {
    return new KubernetesPods(
        "http://" + api.uri("/").getAuthority(),
        () -> "Bearer t0ken",
        new KubernetesPods.Pods() {
          @Override
          public String list() {
            String version = versionOfNow.get();
            happened.add("list at " + version);
            return version;
          }

          @Override
          public void apply(KubernetesPods.Change change) {
            KubernetesPods.Metadata pod = change.object().metadata();
            happened.add(change.type() + " " + pod.namespace() + "/" + pod.name());
          }
        });
  }

  // ---- CouchDB ----

  /** Changes as CouchDB sends them; the n-th is {@code n-g1AAAA}. */
  private static final class FakeCouch implements AutoCloseable {
    private final ServedLines changes = new ServedLines();
    private final LoopbackServer server;

    FakeCouch(String contentType) throws IOException {
      this.server = LoopbackServer.start(exchange -> answer(exchange, contentType));
    }

    private void answer(Exchange exchange, String contentType)
        throws IOException, InterruptedException {
      String since = exchange.request().queryParameter("since");
      int first = since == null ? 0 : Integer.parseInt(since.substring(0, since.indexOf('-')));
      // The server ends a feed in this way when it shuts down, and at a timeout, if it has one.
      changes.serve(exchange, contentType, first, "{\"last_seq\":\"3-g1BBBB\",\"pending\":0}\n");
    }

    void change(String document, String more) {
      int number = changes.all().size() + 1;
      changes.add(
          "\n{\"seq\":\""
              + number
              + "-g1AAAA\",\"id\":\""
              + document
              + "\",\"changes\":[{\"rev\":\""
              + number
              + "-967a\"}]"
              + more
              + "}");
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain; charset=utf-8"})
  void changesComeOnceAcrossTimeoutsCutsAndRuns(String contentType) throws Exception {
    try (FakeCouch couch = new FakeCouch(contentType)) {
      CouchChanges program =
          new CouchChanges(couch.server.uri("/orders").toString(), folder.resolve("orders.cursor"));
      StreamSubscription first = program.follow(this::changed);
      couch.change("order-1", "");
      couch.change("order-1", "");
      assertNext("order-1", "order-1"); // The document's id is not the id of the change.

      couch.changes.cutAll();
      couch.change("order-1", ",\"deleted\":true");
      assertNext("order-1 is deleted");
      couch.changes.endAll();
      couch.change("order-2", "");
      assertNext("order-2");
      awaitCursor(first, "4-g1AAAA");
      first.close();
      assertTrue(first.awaitClosed(PATIENCE));

      couch.change("order-3", "");
      StreamSubscription second = program.follow(this::changed);
      assertNext("order-3");
      assertFalse(second.state() instanceof StreamState.Closed);
      second.close();
      assertTrue(second.awaitClosed(PATIENCE)); // Its cursor is written, and no write is pending.

      assertEquals(
          List.of("null", "2-g1AAAA", "3-g1BBBB", "4-g1AAAA"),
          couch.server.requests().stream()
              .map(request -> String.valueOf(request.queryParameter("since")))
              .toList());
      ReceivedRequest request = couch.server.requests().get(1);
      assertEquals("continuous", request.queryParameter("feed"));
      assertEquals("application/json, text/plain", request.header("Accept"));
    }
  }

  /** Waits until the last callback has returned. */
  private static void awaitCursor(StreamSubscription subscription, String cursor) {
    long beganNanos = System.nanoTime();
    while (!cursor.equals(subscription.cursor())) {
      assertTrue(System.nanoTime() - beganNanos < PATIENCE.toNanos(), subscription::toString);
      Thread.onSpinWait();
    }
  }

  private void changed(CouchChanges.Change change) {
    happened.add(change.id() + (change.deleted() ? " is deleted" : ""));
  }

  // ---- Docker ----

  @Test
  void lifeOfAContainerIsReportedOnceAcrossCuts() throws Exception {
    ServedLines events = new ServedLines();
    events.add(docker(1_790_000_000_000_000_001L, "create", "web"));
    try (LoopbackServer engine =
        LoopbackServer.start(exchange -> answerAsDocker(exchange, events))) {
      DockerEvents program = new DockerEvents("http://" + engine.uri("/").getAuthority());
      try (StreamSubscription subscription =
          program.follow(
              Instant.ofEpochSecond(1_790_000_000),
              event -> happened.add(event.action() + " " + event.actor().id()))) {
        assertNext("create web");
        events.add(docker(1_790_000_000_500_000_000L, "start", "web"));
        events.add(docker(1_790_000_001_000_000_000L, "die", "web"));
        assertNext("start web", "die web");

        events.cutAll();
        events.add(docker(1_790_000_001_000_000_001L, "destroy", "web"));
        assertNext("destroy web"); // A repeated event whose id is known.

        events.endAll(); // The engine shuts down normally.
        events.add(docker(1_790_000_002_000_000_000L, "create", "db"));
        assertNext("create db");
        assertFalse(subscription.state() instanceof StreamState.Closed);
      }

      assertEquals(
          List.of("1790000000", "1790000001", "1790000001"),
          engine.requests().stream().map(request -> request.queryParameter("since")).toList());
      assertEquals(
          "{\"type\":[\"container\"]}", engine.requests().get(0).queryParameter("filters"));
    }
  }

  /** Returns the events of {@code since} and later; for a whole second, all of that second. */
  private static void answerAsDocker(Exchange exchange, ServedLines events)
      throws IOException, InterruptedException {
    long sinceNanos =
        Long.parseLong(String.valueOf(exchange.request().queryParameter("since"))) * 1_000_000_000;
    List<String> all = events.all();
    int first = 0;
    while (first < all.size() && nanosOf(all.get(first)) < sinceNanos) {
      first++;
    }
    events.serve(exchange, "application/json", first, "");
  }

  private static String docker(long nanos, String action, String container) {
    return "{\"status\":\""
        + action
        + "\",\"id\":\""
        + container
        + "\",\"from\":\"nginx\",\"Type\":\"container\",\"Action\":\""
        + action
        + "\",\"Actor\":{\"ID\":\""
        + container
        + "\",\"Attributes\":{\"image\":\"nginx\"}},\"scope\":\"local\",\"time\":"
        + nanos / 1_000_000_000
        + ",\"timeNano\":"
        + nanos
        + "}";
  }

  private static long nanosOf(String event) {
    int begin = event.indexOf("\"timeNano\":") + "\"timeNano\":".length();
    return Long.parseLong(event.substring(begin, event.length() - 1));
  }
}
