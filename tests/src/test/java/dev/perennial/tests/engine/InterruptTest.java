package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.EventRecorder;
import org.junit.jupiter.api.Test;

/** An interrupt of the engine's thread ends the subscription, and the thread stays interrupted. */
class InterruptTest extends EngineTest {

  @Test
  void interruptWhileReadingEndsTheSubscription() {
    time.at(ofSeconds(1), () -> Thread.currentThread().interrupt());

    listen(stream(opens().events(1, 1)));

    assertTrue(Thread.interrupted(), "the status is kept");
    recorder.assertEvents("1");
    assertEquals(Reason.INTERRUPTED, recorder.takeFailure().reason());
    recorder.assertExhausted();
  }

  @Test
  void interruptWhileConnectingEndsTheSubscription() {
    time.at(ofSeconds(1), () -> Thread.currentThread().interrupt());

    listen(stream(hangs()));

    assertTrue(Thread.interrupted(), "the status is kept");
    assertEquals(Reason.INTERRUPTED, recorder.takeFailure().reason());
  }

  @Test
  void interruptWhileWaitingEndsTheSubscription() {
    time.at(ofSeconds(1), () -> Thread.currentThread().interrupt());

    listen(stream(refuses(status(503, ofSeconds(60)))));

    assertTrue(Thread.interrupted(), "the status is kept");
    assertEquals(Reason.INTERRUPTED, recorder.takeFailure().reason());
  }

  @Test
  void interruptWhilePausedEndsTheSubscription() {
    EventRecorder<String> none = EventRecorder.requesting(0);
    time.at(ofSeconds(1), () -> Thread.currentThread().interrupt());

    stream(opens().events(1, 1)).subscribe(none.subscriber());
    run();

    assertTrue(Thread.interrupted(), "the status is kept");
    assertEquals(Reason.INTERRUPTED, none.takeFailure().reason());
  }

  @Test
  void interruptWhileParkedEndsTheSubscription() {
    time.at(ofSeconds(1), () -> subscription().park());
    time.at(ofSeconds(2), () -> Thread.currentThread().interrupt());

    listen(stream(opens()));

    assertTrue(Thread.interrupted(), "the status is kept");
    assertEquals(Reason.INTERRUPTED, recorder.takeFailure().reason());
  }

  @Test
  void interruptWithinACallbackEndsTheSubscriptionAfterIt() {
    recorder.onEvent(event -> Thread.currentThread().interrupt());

    listen(stream(opens().events(1, 1).silence(ofSeconds(1)).events(2, 2)));

    assertTrue(Thread.interrupted(), "the status is kept");
    recorder.assertEvents("1");
    assertEquals(Reason.INTERRUPTED, recorder.takeFailure().reason());
    assertEquals("1", subscription().cursor());
  }
}
