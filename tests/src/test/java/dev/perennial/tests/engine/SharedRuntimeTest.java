package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What subscriptions share: the host budget and the network. */
class SharedRuntimeTest extends EngineTest {
  private final Network network = new Network();

  /** Says what the test says. */
  private static final class Network implements NetworkMonitor {
    final List<Runnable> listeners = new ArrayList<>();
    boolean isOnline = true;
    @Nullable String name;

    @Override
    public @Nullable Object network() {
      return name;
    }

    @Override
    public boolean isOnline() {
      return isOnline;
    }

    @Override
    public Listening listen(Runnable onChange) {
      listeners.add(onChange);
      return () -> listeners.remove(onChange);
    }

    void change(boolean online) {
      isOnline = online;
      List.copyOf(listeners).forEach(Runnable::run);
    }
  }

  // ---- The network ----

  @Test
  void nothingIsTriedWithoutANetwork() {
    network.isOnline = false;
    time.at(ofMinutes(30), () -> network.change(true));

    listen(onNetwork(stream(opens().events(1, 1).declaresEnd())));

    recorder.assertEvents("1");
    assertEquals(1, transport.attempts().size());
    Duration started = transport.attempts().get(0).startedAt();
    assertTrue(started.compareTo(ofMinutes(30)) >= 0, started::toString);
    assertTrue(started.compareTo(ofMinutes(30).plus(ofMillis(250))) <= 0, started::toString);
    assertEquals(new StreamState.Offline(), recorder.states().get(0));
    assertEquals(1, transport.attempts().get(0).number());
  }

  @ParameterizedTest
  @CsvSource({
    "wifi, mobile, 10", // Another network.
    "wifi, wifi, 60", // The same: something else has changed.
    ", , 10", // The monitor cannot tell.
  })
  void anotherNetworkEndsAWait(@Nullable String before, @Nullable String after, int seconds) {
    network.name = before;
    transport =
        ScriptedTransport.endless(
            time,
            attempt ->
                attempt.number() == 1 ? refuses(status(503)) : opens().events(1, 1).declaresEnd());
    time.at(
        ofSeconds(10),
        () -> {
          network.name = after;
          network.change(true);
        });

    listen(onNetwork(over(transport)).withRetry(RetryPolicy.fixed(ofSeconds(60))));

    Duration second = transport.attempts().get(1).startedAt();
    assertTrue(second.compareTo(ofSeconds(seconds)) >= 0, second::toString);
    assertTrue(second.compareTo(ofSeconds(seconds + seconds / 5)) <= 0, second::toString);
  }

  @Test
  void networkThatComesBackEndsAWaitOnce() {
    transport =
        ScriptedTransport.endless(
            time,
            attempt ->
                time.elapsed().compareTo(ofSeconds(100)) < 0
                    ? refuses(status(503))
                    : opens().declaresEnd());
    time.at(ofSeconds(70), () -> network.change(false));
    time.at(ofMinutes(10), () -> network.change(true));
    time.at(ofMinutes(10).plus(ofMillis(1)), () -> network.change(true)); // Another interface.

    listen(
        onNetwork(over(transport))
            .withRetry(RetryPolicy.exponential(ofSeconds(30), ofSeconds(30))));

    recorder.assertCompleted();
    long afterwards =
        transport.attempts().stream()
            .filter(attempt -> attempt.startedAt().compareTo(ofSeconds(70)) > 0)
            .count();
    assertEquals(1, afterwards);
  }

  @Test
  void fleetSpreadsWhenTheNetworkIsBack() {
    List<Duration> starts = new ArrayList<>();
    for (int run = 0; run < 50; run++) {
      SharedRuntimeTest one = new SharedRuntimeTest();
      one.network.isOnline = false;
      one.time.at(ofMinutes(1), () -> one.network.change(true));
      one.listen(one.onNetwork(one.stream(opens().declaresEnd())));
      starts.add(one.transport.attempts().get(0).startedAt().minus(ofMinutes(1)));
    }

    assertTrue(starts.stream().distinct().count() > 40, starts::toString);
    assertTrue(starts.stream().allMatch(d -> d.compareTo(ofMillis(250)) <= 0), starts::toString);
  }

  @Test
  void lostNetworkLeavesAnOpenConnectionAlone() {
    time.at(ofSeconds(10), () -> network.change(false));

    listen(onNetwork(stream(opens().silence(ofMinutes(1)).events(1, 1).declaresEnd())));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void closeWhileOfflineIsQuietAndTheListenerIsTakenAway() {
    network.isOnline = false;
    closeAt(ofMinutes(5));

    listen(onNetwork(stream()));

    assertEquals(List.of(), network.listeners);
    assertEquals(List.of(), transport.attempts());
  }

  @Test
  void parkWhileOfflineStaysParked() {
    network.isOnline = false;
    time.at(ofMinutes(1), () -> subscription().park());
    time.at(ofMinutes(2), () -> network.change(true));
    time.at(ofMinutes(3), () -> assertInstanceOf(StreamState.Parked.class, subscription().state()));
    time.at(ofMinutes(4), () -> subscription().unpark());

    listen(onNetwork(stream(opens().declaresEnd())));

    assertTrue(transport.attempts().get(0).startedAt().compareTo(ofMinutes(4)) >= 0);
  }

  // ---- The host budget ----

  @Test
  void retriesOfOneHostAreBounded() {
    transport = ScriptedTransport.endless(time, attempt -> refuses(status(503)));
    closeAt(ofSeconds(20));

    listen(
        over(transport)
            .withRuntime(budgeted(5, 1))
            .withRetry(RetryPolicy.fixed(ofMillis(100)).withFloor(ofMillis(100))));

    int attempts = transport.attempts().size();
    assertTrue(attempts >= 22 && attempts <= 27, () -> attempts + " attempts");
    assertTrue(
        recorder.states().stream()
            .anyMatch(
                state ->
                    state instanceof StreamState.Waiting waiting
                        && waiting.rule() == StreamState.DelayRule.HOST_BUDGET));
  }

  @Test
  void wakeDoesNotSkipTheBudget() {
    transport = ScriptedTransport.endless(time, attempt -> refuses(status(503)));
    for (int second = 1; second < 100; second++) {
      time.at(ofSeconds(second), () -> subscription().wake());
    }
    closeAt(ofSeconds(100));

    listen(
        over(transport)
            .withRuntime(budgeted(1, 0.1))
            .withRetry(RetryPolicy.fixed(ofMillis(100)).withFloor(ofMillis(100))));

    int attempts = transport.attempts().size();
    assertTrue(attempts <= 13, () -> attempts + " attempts");
  }

  @Test
  void firstConnectsAreExempt() {
    StreamRuntime poor = budgeted(1, 0.001);
    for (int i = 0; i < 10; i++) {
      stream(opens().declaresEnd()).withRuntime(poor).subscribe(recorder.listener());
      run();
    }

    assertEquals(ZERO, time.elapsed());
  }

  @Test
  void budgetHasToMakeSense() {
    StreamRuntime.Builder builder = StreamRuntime.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.attemptsPerHost(0, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.attemptsPerHost(1, 0));
    assertThrows(IllegalArgumentException.class, () -> builder.attemptsPerHost(1, Double.NaN));
  }

  private StreamRuntime budgeted(int burst, double perSecond) {
    return runtime().attemptsPerHost(burst, perSecond).build();
  }

  private EventStream<String> onNetwork(EventStream<String> stream) {
    return stream.withRuntime(runtime().networkMonitor(network).build());
  }

  private StreamRuntime.Builder runtime() {
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(time.executor())
        .random(new Random(time.seed()));
  }
}
