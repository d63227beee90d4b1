package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.StreamLog;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a subscription writes to the log without being asked: little, and never per event. */
class LogTest extends EngineTest {
  private final CapturingLog log = new CapturingLog();
  private final StreamRuntime runtime =
      StreamRuntime.builder()
          .timekeeper(time)
          .executor(time.executor())
          .helpers(time.executor())
          .random(new Random(1))
          .log(log)
          .build();

  /** Keeps the lines of at least one level. */
  private static final class CapturingLog implements StreamLog {
    final List<String> lines = new ArrayList<>();
    final List<@Nullable Throwable> failures = new ArrayList<>();
    Level least = Level.INFO;
    @Nullable RuntimeException thrown;

    @Override
    public boolean isLogged(Level level) {
      return level.compareTo(least) >= 0;
    }

    @Override
    public void log(Level level, String message, @Nullable Throwable failure) {
      lines.add(level + " " + message);
      failures.add(failure);
      if (thrown != null) {
        throw thrown;
      }
    }

    /** The lines without the delays, which are drawn. */
    List<String> withoutDelays() {
      return lines.stream()
          .map(line -> line.replaceAll("[0-9.]+ (s|ms|µs|ns|min [0-9]+ s)$", "N s"))
          .toList();
    }
  }

  private EventStream<String> logged(ConnectionScript... scripts) {
    return stream(scripts).withRuntime(runtime);
  }

  private static ConnectionScript refused() {
    return refuses(new ConnectException("refused"));
  }

  @Test
  void aRefusedConnectionIsLoggedDuringTheFirstAttempt() {
    EventStream<String> stream =
        stream(ScriptedTransport.endless(time, attempt -> refused())).withRuntime(runtime);
    closeAt(ofSeconds(1).dividedBy(1000));

    listen(stream);

    assertEquals(1, log.lines.size(), log.lines::toString);
    assertTrue(log.lines.get(0).startsWith("INFO"), log.lines::toString);
    assertTrue(log.lines.get(0).contains("CONNECT"), log.lines::toString);
    assertTrue(log.lines.get(0).contains("refused"), log.lines::toString);
  }

  @Test
  void anOutageHasOneLineForItsBeginAndOneForItsEnd() {
    List<ConnectionScript> scripts = new ArrayList<>(List.of(opens().events(1, 1).cut()));
    for (int i = 0; i < 50; i++) {
      scripts.add(refused());
    }
    scripts.add(opens().events(2, 2).declaresEnd());

    listen(logged(scripts.toArray(new ConnectionScript[0])));

    List<String> lines = log.withoutDelays();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(
        lines.get(0).matches("INFO .* failed: RESET: .*; next attempt in N s"), lines::toString);
    assertTrue(lines.get(1).matches("INFO .* is back after 51 failed attempts"), lines::toString);
  }

  @Test
  void aServerThatBreaksEachConnectionIsOneOutage() {
    listen(
        logged(
            opens().cut(),
            opens().cut(),
            opens().heartbeat().cut(),
            opens().cut(),
            opens().heartbeat().cut(),
            opens().heartbeat().declaresEnd()));

    assertEquals(2, log.lines.size(), log.lines::toString);
  }

  @Test
  void theNextOutageIsLoggedAgain() {
    listen(
        logged(
            opens().events(1, 2).silence(ofMinutes(2)).events(3, 3).cut(),
            opens().events(4, 4).silence(ofMinutes(2)).events(5, 5).cut(),
            opens().events(6, 6).declaresEnd()));

    assertEquals(4, log.lines.size(), log.lines::toString);
  }

  @Test
  void eventsAndOrderlyEndsHaveNoLine() {
    listen(logged(opens().events(1, 1000).ends(), opens().events(1001, 2000).declaresEnd()));

    assertEquals(List.of(), log.lines);
  }

  @Test
  void eventsAreNotLoggedEvenForDebugging() {
    log.least = StreamLog.Level.DEBUG;

    listen(logged(opens().events(1, 1000).ends(), opens().events(1001, 2000).declaresEnd()));

    assertTrue(log.lines.size() < 12, log.lines::toString);
  }

  @Test
  void aFailureWithoutACallbackIsAWarning() {
    logged(refuses(status(404))).subscribe(event -> {});
    run();

    assertEquals(1, log.lines.size(), log.lines::toString);
    assertTrue(log.lines.get(0).startsWith("WARN"), log.lines::toString);
    assertTrue(log.lines.get(0).contains("404"), log.lines::toString);
    assertNull(log.failures.get(0)); // Its causes may repeat what the server sent.
  }

  @Test
  void aFailureThatACallbackTakesHasNoLine() {
    listen(logged(refuses(status(404))));

    assertEquals(List.of(), log.lines);
  }

  @Test
  void aFailureOfASubscriberHasNoLine() {
    subscribe(logged(refuses(status(404))));

    assertEquals(List.of(), log.lines);
  }

  @Test
  void aConsumerThatThrewIsAWarningOnce() {
    IllegalStateException thrown = new IllegalStateException("full");

    logged(opens().events(1, 3).declaresEnd())
        .subscribe(
            event -> {
              throw thrown;
            });
    run();

    assertEquals(1, log.lines.size(), log.lines::toString);
    assertTrue(log.lines.get(0).startsWith("WARN"), log.lines::toString);
    assertSame(thrown, log.failures.get(0).getCause());
  }

  @Test
  void aConsumerThatThrewIsAWarningThoughItHasACallback() {
    logged(opens().events(1, 3).declaresEnd())
        .withDeliveryOn(time.executor())
        .subscribe(
            new StreamListener<String>() {
              @Override
              public void onEvent(Event<String> event) {
                throw new IllegalStateException("full");
              }

              @Override
              public void onClosed(@Nullable StreamException failure) {}
            });
    run();

    assertEquals(1, log.lines.size(), log.lines::toString);
    assertTrue(log.lines.get(0).startsWith("WARN"), log.lines::toString);
  }

  @Test
  void aClosedSubscriptionHasNoWarning() {
    closeAt(ofSeconds(5));

    listen(logged(opens().events(1, 1).silence(ofMinutes(1)).cut()));

    assertEquals(List.of(), log.lines);
  }

  @Test
  void aLogThatThrowsEndsNothing() {
    log.thrown = new IllegalStateException("the disk is full");
    Thread thread = Thread.currentThread();
    List<Throwable> uncaught = new ArrayList<>();
    thread.setUncaughtExceptionHandler((where, what) -> uncaught.add(what));
    try {
      listen(logged(refused(), opens().events(1, 2).declaresEnd()));
    } finally {
      thread.setUncaughtExceptionHandler(null);
    }

    assertEquals(List.of("1", "2"), recorder.events().stream().map(Event::id).toList());
    assertEquals(List.of(log.thrown, log.thrown), uncaught);
  }

  // ---- Where the subscription was made ----

  @Test
  void aFailureSaysWhereTheSubscriptionWasMade() {
    listen(logged(refuses(status(404))));

    Throwable[] suppressed = recorder.takeFailure().getSuppressed();
    assertEquals(1, suppressed.length);
    assertTrue(
        List.of(suppressed[0].getStackTrace()).stream()
            .anyMatch(
                frame -> frame.getMethodName().equals("aFailureSaysWhereTheSubscriptionWasMade")));
  }
}
