package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The network is another one, and both are there. */
class NetworkSwitchTest extends EngineTest {
  private final Networks networks = new Networks();

  @Test
  void aConnectionWithoutAByteOnTheNewNetworkIsReplacedWithinFiveSeconds() {
    switchAt(ofSeconds(10), "mobile");

    listen(onNetworks(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    Duration replaced = transport.intervals().get(0).minusSeconds(10);
    assertTrue(replaced.compareTo(ofSeconds(5)) <= 0, replaced::toString);
    assertEquals(List.of("disconnected ENDED"), observer.lines("disconnected").subList(0, 1));
  }

  @Test
  void aConnectionThatBringsAByteInTimeIsKept() {
    switchAt(ofSeconds(10), "mobile");

    listen(
        onNetworks(
            stream(
                opens()
                    .events(1, 1)
                    .silence(ofSeconds(13))
                    .heartbeat()
                    .silence(ofSeconds(50))
                    .declaresEnd())));

    assertEquals(1, transport.attempts().size());
  }

  @Test
  void aNetworkThatChangesAllTheTimeDoesNotPutTheReplacementOff() {
    for (int second = 10; second < 30; second++) {
      switchAt(ofSeconds(second), "network " + second);
    }

    listen(onNetworks(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    Duration replaced = transport.intervals().get(0).minusSeconds(10);
    assertTrue(replaced.compareTo(ofSeconds(5)) <= 0, replaced::toString);
  }

  @Test
  void aByteAfterTheFirstOfTwoChangesSaysNothingAboutTheSecond() {
    switchAt(ofSeconds(10), "mobile");
    switchAt(ofSeconds(12), "wifi");

    listen(
        onNetworks(
            stream(
                opens().events(1, 1).silence(ofSeconds(11)).heartbeat(),
                opens().events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    assertTrue(transport.intervals().get(0).compareTo(ofSeconds(19)) < 0);
  }

  @Test
  void theSameNetworkAgainSaysNothing() {
    switchAt(ofSeconds(10), "wifi");

    listen(
        onNetworks(stream(opens().events(1, 1).silence(ofMinutes(4)).events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void theSameNetworkAfterAMomentWithoutOneSaysNothing() {
    time.at(ofSeconds(10), () -> networks.change(null));
    switchAt(ofSeconds(11), "wifi");

    listen(
        onNetworks(stream(opens().events(1, 1).silence(ofMinutes(4)).events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void anotherNetworkAfterAMomentWithoutOneReplacesTheConnection() {
    time.at(ofSeconds(10), () -> networks.change(null));
    switchAt(ofSeconds(11), "mobile");

    listen(onNetworks(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd())));

    recorder.assertEvents("1", "2");
    assertTrue(transport.intervals().get(0).compareTo(ofSeconds(16)) <= 0);
  }

  @Test
  void aPausedConnectionIsJudgedOnlyWhenItIsRead() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    switchAt(ofSeconds(10), "mobile");
    time.at(ofMinutes(10), () -> one.request(2));

    onNetworks(stream(opens().events(1, 1).silence(ofSeconds(3)).events(2, 2).declaresEnd()))
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void aWaitEndsAtOnceAndItsAttemptIsPaidFor() {
    for (int second = 10; second < 1_000; second++) {
      switchAt(ofSeconds(second), "network " + second);
    }
    closeAt(ofSeconds(1_000));

    listen(
        stream(ScriptedTransport.endless(time, attempt -> refuses(new ConnectException("refused"))))
            .withRuntime(networked().attemptsPerHost(4, 0.1).build())
            .withRetry(RetryPolicy.fixed(ofMinutes(30))));

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofSeconds(10).plusMillis(250)) <= 0, second::toString);
    int attempts = transport.attempts().size();
    assertTrue(attempts <= 106, () -> attempts + " attempts in 1,000 s");
  }

  @Test
  void replacingAConnectionIsNotAFailure() {
    switchAt(ofSeconds(10), "mobile");
    switchAt(ofSeconds(30), "wifi");

    listen(
        onNetworks(
                stream(
                    opens().events(1, 1), opens().events(2, 2), opens().events(3, 3).declaresEnd()))
            .withRetry(RetryPolicy.fixed(ofMillis(60_000))));

    recorder.assertEvents("1", "2", "3");
    assertTrue(transport.intervals().get(1).compareTo(ofSeconds(25)) <= 0);
  }

  private void switchAt(Duration when, String network) {
    time.at(when, () -> networks.change(network));
  }

  private EventStream<String> onNetworks(EventStream<String> stream) {
    return stream.withRuntime(networked().build());
  }

  private StreamRuntime.Builder networked() {
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(time.executor())
        .random(new Random(time.seed()))
        .networkMonitor(networks);
  }

  private static final class Networks implements NetworkMonitor {
    private final List<Runnable> listeners = new ArrayList<>();
    private @Nullable String current = "wifi";

    void change(@Nullable String network) {
      current = network;
      List.copyOf(listeners).forEach(Runnable::run);
    }

    @Override
    public boolean isOnline() {
      return current != null;
    }

    @Override
    public @Nullable Object network() {
      return current;
    }

    @Override
    public Listening listen(Runnable onChange) {
      listeners.add(onChange);
      return () -> listeners.remove(onChange);
    }
  }
}
