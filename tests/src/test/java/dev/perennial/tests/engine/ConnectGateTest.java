package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every connect but the first is paid for: by a delay that grows, or by a slot of the host. */
class ConnectGateTest extends EngineTest {
  private static final ConnectionScript GONE =
      refuses(new TransportException(Reason.GAP, 410, "The cursor is gone", null));

  private int snapshots;

  // ---- Steps that need no delay the first time ----

  @Test
  void credentialThatIsRefusedAfterEachFirstEventIsBackedOff() {
    closeAt(ofMinutes(10));

    listen(
        withCredentials(
            attempt -> opens().event(null, "hello").cut(closed1008()),
            RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))));

    int attempts = transport.attempts().size();
    assertTrue(attempts < 60, () -> attempts + " attempts in ten minutes");
    assertEquals(ZERO, transport.intervals().get(0), "the first fresh credential needs no delay");
  }

  @Test
  void credentialThatServedForAWhileIsReplacedWithoutADelay() {
    closeAt(ofMinutes(10));

    listen(
        withCredentials(
            attempt -> opens().event(null, "e").silence(ofSeconds(61)).cut(closed1008()),
            RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))));

    transport.intervals().forEach(interval -> assertEquals(ofSeconds(61), interval));
  }

  @Test
  void snapshotWhoseCursorIsRefusedAgainIsBackedOff() {
    closeAt(ofMinutes(10));

    listen(refusesEachCursor().withRetry(RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))));

    int attempts = transport.attempts().size();
    assertTrue(attempts < 100, () -> attempts + " attempts in ten minutes");
    assertEquals(ZERO, transport.intervals().get(0), "the first gap needs no delay");
  }

  @Test
  void snapshotWhoseCursorIsRefusedAgainObeysTheLimitOfAttempts() {
    listen(
        refusesEachCursor()
            .withRetry(RetryPolicy.exponential(ofSeconds(1), ofSeconds(30)).withMaxAttempts(5)));

    assertEquals(Reason.GAP, failureAfterGaps().reason());
    assertTrue(transport.attempts().size() < 12, () -> transport.attempts().toString());
  }

  @Test
  void snapshotWhoseCursorIsRefusedAgainObeysTheLimitOfTime() {
    listen(
        refusesEachCursor()
            .withRetry(
                RetryPolicy.exponential(ofSeconds(1), ofSeconds(5)).withMaxElapsed(ofMinutes(1))));

    assertEquals(Reason.GAP, failureAfterGaps().reason());
    assertTrue(time.elapsed().compareTo(ofMinutes(1)) <= 0, time::toString);
  }

  @Test
  void gapInBandOnEachConnectionIsBackedOff() {
    closeAt(ofMinutes(10));

    listen(
        over(endless(attempt -> opens().gap("events were dropped")))
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> "snapshot " + snapshots++)));

    int attempts = transport.attempts().size();
    assertTrue(attempts < 60, () -> attempts + " attempts in ten minutes");
  }

  // ---- The host's slots ----

  @Test
  void unparkTakesASlot() {
    for (int i = 1; i <= 600; i++) {
      time.at(ofMillis(100L * i), () -> subscription().park());
      time.at(ofMillis(100L * i + 1), () -> subscription().unpark());
    }
    closeAt(ofMinutes(2));

    listen(over(endless(attempt -> opens())).withRuntime(budgeted(5, 1)));

    int attempts = transport.attempts().size();
    assertTrue(attempts <= 5 + 61 + 1, () -> attempts + " attempts in a minute");
  }

  @Test
  void networkThatComesAndGoesTakesASlotEachTime() {
    Network network = new Network();
    for (int i = 1; i <= 100; i++) {
      time.at(ofSeconds(i), () -> network.change(false));
      time.at(ofSeconds(i).plusMillis(500), () -> network.change(true));
    }
    closeAt(ofSeconds(101));

    listen(
        over(endless(attempt -> refuses(status(503))))
            .withRuntime(runtime().networkMonitor(network).attemptsPerHost(2, 0.1).build())
            .withRetry(RetryPolicy.fixed(ofMillis(100))));

    int attempts = transport.attempts().size();
    assertTrue(attempts <= 14, () -> attempts + " attempts in 100 s");
  }

  @Test
  void waitForASlotIsReported() {
    closeAt(ofMinutes(1));
    time.at(ofSeconds(30), () -> assertInstanceOf(StreamState.Waiting.class, state()));

    listen(
        over(endless(attempt -> refuses(status(503))))
            .withRuntime(budgeted(1, 0.01))
            .withRetry(RetryPolicy.fixed(ofMillis(100))));

    StreamState.Waiting last =
        recorder.states().stream()
            .filter(StreamState.Waiting.class::isInstance)
            .map(StreamState.Waiting.class::cast)
            .reduce((earlier, later) -> later)
            .orElseThrow();
    assertEquals(StreamState.DelayRule.HOST_BUDGET, last.rule());
    assertEquals(Reason.HTTP_STATUS, last.reason());
  }

  @Test
  void closeGivesTheSlotBack() {
    StreamRuntime runtime = budgeted(1, 0.01); // A slot each 100 s.
    closeAt(ofSeconds(10));
    listen(refusedWith(runtime)); // Its second connect waits for 100 s when it is closed.
    assertEquals(2, transport.attempts().size());
    time.at(ofSeconds(115), recorder::close);

    listen(refusedWith(runtime));

    assertEquals(2, transport.attempts().size(), "the slot at 100 s is free again");
  }

  // ---- Wakes and the network ----

  @Test
  void wakeDuringAnAttemptThatHangsIsNotForgotten() {
    time.at(ofSeconds(20), () -> subscription().wake());

    listen(stream(hangs(), opens().declaresEnd()).withRetry(RetryPolicy.fixed(ofMinutes(10))));

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofMillis(30_250)) <= 0, second::toString);
  }

  @Test
  void wakeOfAnOpenConnectionDoesNotShortenAWait() {
    time.at(ofSeconds(20), () -> subscription().wake());

    listen(
        stream(opens().silence(ofMinutes(1)).cut(), opens().declaresEnd())
            .withRetry(RetryPolicy.fixed(ofMinutes(10))));

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofMinutes(11)) >= 0, second::toString);
  }

  @Test
  void wakeAsksAMonitorThatMissedToCallBack() {
    Network network = new Network();
    network.isOnline = false;
    time.at(ofHours(1), () -> network.isOnline = true);
    time.at(ofHours(2), () -> subscription().wake());

    listen(stream(opens().declaresEnd()).withRuntime(runtime().networkMonitor(network).build()));

    Duration first = transport.attempts().get(0).startedAt();
    assertTrue(first.compareTo(ofHours(2).plusMillis(250)) <= 0, first::toString);
  }

  @Test
  void unparkAsksAMonitorThatMissedToCallBack() {
    Network network = new Network();
    network.isOnline = false;
    time.at(ofHours(1), () -> network.isOnline = true);
    time.at(ofHours(2), () -> subscription().park());
    time.at(ofHours(3), () -> subscription().unpark());

    listen(stream(opens().declaresEnd()).withRuntime(runtime().networkMonitor(network).build()));

    assertEquals(ofHours(3), transport.attempts().get(0).startedAt());
  }

  @Test
  @Timeout(20)
  void monitorIsAskedWithoutALock() {
    Network network =
        new Network() {
          private boolean wasAsked;

          @Override
          public boolean isOnline() {
            change(true); // On this thread, and on one that this thread waits for.
            if (!wasAsked) {
              wasAsked = true;
              Thread other = new Thread(() -> change(true));
              other.start();
              assertDoesNotThrow(() -> other.join());
            }
            return true;
          }
        };

    listen(stream(opens().declaresEnd()).withRuntime(runtime().networkMonitor(network).build()));

    recorder.assertCompleted();
  }

  @Test
  void monitorThatThrowsEndsTheSubscriptionAndLosesItsListener() {
    Network network =
        new Network() {
          @Override
          public boolean isOnline() {
            throw new IllegalStateException("no permission");
          }
        };

    listen(stream().withRuntime(runtime().networkMonitor(network).build()));

    StreamException failure = recorder.takeFailure();
    assertEquals("no permission", String.valueOf(failure.getCause().getMessage()));
    assertEquals(0, network.listeners);
  }

  // ---- What foreign code throws ----

  @Test
  void connectionWhoseCloseThrowsIsFollowedByTheNext() {
    ScriptedTransport scripted =
        ScriptedTransport.of(time, opens().events(1, 1).cut(), opens().events(2, 2).declaresEnd());
    transport = scripted;
    Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
    int[] thrown = {0};
    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> thrown[0]++);
    try {
      listen(over(attempt -> closeThrows(scripted.newConnection(attempt))));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(2, thrown[0]);
  }

  private static StreamConnection closeThrows(StreamConnection connection) {
    return new ForwardingConnection(connection) {
      @Override
      public void close() {
        super.close();
        throw new IllegalStateException("close");
      }
    };
  }

  private StreamException failureAfterGaps() {
    for (int i = 0; i < snapshots; i++) {
      recorder.takeGap();
    }
    return recorder.takeFailure();
  }

  private EventStream<String> refusesEachCursor() {
    return over(endless(attempt -> attempt.cursor() == null ? opens() : GONE))
        .withCursor("old")
        .withGapPolicy(GapPolicy.snapshotThenLive(gap -> "snapshot " + snapshots++));
  }

  private EventStream<String> refusedWith(StreamRuntime runtime) {
    return over(endless(attempt -> refuses(status(503))))
        .withRuntime(runtime)
        .withRetry(RetryPolicy.fixed(ofMillis(100)));
  }

  private ScriptedTransport endless(Function<Attempt, ConnectionScript> scripts) {
    transport = ScriptedTransport.endless(time, scripts);
    return transport;
  }

  private StreamState state() {
    return subscription().state();
  }

  private EventStream<String> withCredentials(
      Function<Attempt, ConnectionScript> scripts, RetryPolicy policy) {
    ScriptedTransport scripted = endless(scripts);
    Transport credentialed =
        new Transport() {
          @Override
          public StreamConnection newConnection(Attempt attempt) {
            return scripted.newConnection(attempt);
          }

          @Override
          public boolean hasCredentials() {
            return true;
          }
        };
    return over(credentialed).withRetry(policy);
  }

  private static TransportException closed1008() {
    return new TransportException(Reason.CLOSE_CODE, 1008, "Closed with 1008", null);
  }

  private StreamRuntime budgeted(int burst, double perSecond) {
    return runtime().attemptsPerHost(burst, perSecond).build();
  }

  private StreamRuntime.Builder runtime() {
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(time.executor())
        .random(new Random(time.seed()));
  }

  /** Says what the test says; knows how many listen. */
  private static class Network implements NetworkMonitor {
    boolean isOnline = true;
    int listeners;
    private Runnable listener = () -> {};

    @Override
    public boolean isOnline() {
      return isOnline;
    }

    @Override
    public Listening listen(Runnable onChange) {
      listeners++;
      listener = onChange;
      return () -> listeners--;
    }

    void change(boolean online) {
      isOnline = online;
      listener.run();
    }
  }
}
