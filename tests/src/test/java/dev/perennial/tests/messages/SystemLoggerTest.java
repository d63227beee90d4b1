package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a program sees that sets nothing: its System.Logger, here java.util.logging. */
@Timeout(60)
@ResourceLock("the logger dev.perennial")
class SystemLoggerTest {
  private static final Logger LOGGER = Logger.getLogger("dev.perennial");

  private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
  private final @Nullable Level before = LOGGER.getLevel();
  private String path = "";

  /** Other tests use the same logger meanwhile, so only what names this path counts. */
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logged) {
          if (text(logged).contains(path)) {
            records.add(logged);
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    path = "/ticks" + System.nanoTime();
    handler.setLevel(Level.ALL);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(handler);
    LOGGER.setLevel(before);
  }

  private static String text(LogRecord logged) {
    return new SimpleFormatter().formatMessage(logged);
  }

  private LogRecord take() throws InterruptedException {
    LogRecord logged = records.poll(30, TimeUnit.SECONDS);
    if (logged == null) {
      throw new AssertionError("Nothing was logged");
    }
    return logged;
  }

  private String refused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      return "http://user:CANARY-PASSWORD@127.0.0.1:"
          + taken.getLocalPort()
          + path
          + "?token=CANARY-TOKEN";
    }
  }

  private static EventStream<String> followed(String url, CountDownLatch attempts) {
    return Sse.builder(url).header("Authorization", "Bearer CANARY-HEADER").stream()
        .withRuntime(StreamRuntime.builder().attemptsPerHost(1_000, 1_000).build())
        .withRetry(RetryPolicy.fixed(Duration.ofMillis(2)).withFloor(Duration.ofMillis(1)))
        .withObserver(
            new StreamObserver() {
              @Override
              public void onDisconnected(
                  StreamSubscription subscription,
                  StreamException.Reason reason,
                  @Nullable StreamException cause) {
                attempts.countDown();
              }
            });
  }

  @Test
  void aRefusedConnectionIsLoggedOnceAndWithoutSecretsHoweverManyAttemptsFollow() throws Exception {
    CountDownLatch attempts = new CountDownLatch(20);

    try (StreamSubscription ticks = followed(refused(), attempts).subscribe(event -> {})) {
      assertTrue(attempts.await(30, TimeUnit.SECONDS));
    }

    LogRecord logged = take();
    assertEquals(Level.INFO, logged.getLevel());
    assertTrue(text(logged).contains("CONNECT: Could not connect to "), text(logged));
    assertTrue(text(logged).contains("refused"), text(logged));
    assertTrue(text(logged).contains("next attempt in "), text(logged));
    assertFalse(text(logged).contains("CANARY"), text(logged));
    assertEquals(List.of(), List.copyOf(records));
  }

  @Test
  void theLevelOfTheLoggerShowsEachAttemptOrNothing() throws Exception {
    LOGGER.setLevel(Level.FINE);
    CountDownLatch attempts = new CountDownLatch(5);
    try (StreamSubscription ticks = followed(refused(), attempts).subscribe(event -> {})) {
      assertTrue(attempts.await(30, TimeUnit.SECONDS));
    }
    assertTrue(records.size() >= 5, () -> "lines: " + records.size());
    assertTrue(
        records.stream().noneMatch(logged -> text(logged).contains("CANARY")), "a secret is shown");
    records.clear();

    LOGGER.setLevel(Level.OFF);
    CountDownLatch silent = new CountDownLatch(5);
    try (StreamSubscription ticks = followed(refused(), silent).subscribe(event -> {})) {
      assertTrue(silent.await(30, TimeUnit.SECONDS));
    }
    assertEquals(List.of(), List.copyOf(records));
  }

  @Test
  void aFinalFailureIsAWarningUnlessACallbackTakesIt() throws Exception {
    try (BrokenServer server =
        BrokenServer.answering("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n")) {
      String url = "http://127.0.0.1:" + server.port() + path;

      StreamSubscription ticks = Sse.stream(url).subscribe(event -> {});

      LogRecord logged = take();
      assertEquals(Level.WARNING, logged.getLevel());
      assertTrue(text(logged).contains("404"), text(logged));
      ticks.close();

      CountDownLatch taken = new CountDownLatch(1);
      Sse.stream(url)
          .subscribe(
              new StreamListener<String>() {
                @Override
                public void onEvent(Event<String> event) {}

                @Override
                public void onClosed(@Nullable StreamException failure) {
                  taken.countDown();
                }
              });
      assertTrue(taken.await(30, TimeUnit.SECONDS));
      assertEquals(List.of(), List.copyOf(records));
    }
  }
}
