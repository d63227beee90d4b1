package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Executors refuse tasks, and consumers throw, before the engine has ended and after it. */
class ExecutorRefusalTest extends EngineTest {
  private final RejectedExecutionException refusal = new RejectedExecutionException("shut down");
  private final Deque<Runnable> held = new ArrayDeque<>();

  /** Takes so many tasks, to be run by hand. */
  private Executor taking(int count) {
    List<Runnable> taken = new ArrayList<>();
    return task -> {
      if (taken.size() >= count) {
        throw refusal;
      }
      taken.add(task);
      held.add(task);
    };
  }

  // ---- The executor of the engines ----

  @Test
  void listenerLearnsThatTheEngineWasRefused() {
    listen(
        onEngines(
            task -> {
              throw refusal;
            }));

    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.INTERNAL, failure.reason());
    assertSame(refusal, failure.getCause());
    recorder.assertExhausted();
    assertEquals(List.of("closed INTERNAL"), observer.lines());
  }

  @Test
  void subscriberLearnsThatTheEngineWasRefused() {
    subscribe(
        onEngines(
            task -> {
              throw refusal;
            }));

    assertSame(refusal, recorder.takeEnd().failure().getCause());
    recorder.assertExhausted();
  }

  @Test
  void readerLearnsThatTheEngineWasRefused() throws InterruptedException {
    var reader =
        onEngines(
                task -> {
                  throw refusal;
                })
            .open();

    assertSame(refusal, assertThrows(StreamException.class, reader::read).getCause());
    assertTrue(
        assertThrows(StreamException.class, () -> reader.subscription().awaitClosed()) != null);
  }

  @Test
  void readerCannotRunTheEngineOnItsOwnThread() {
    EventReader<String> reader =
        stream(opens().events(1, 3))
            .withRuntime(StreamRuntime.builder().timekeeper(time).executor(Runnable::run).build())
            .open();

    StreamException failure = assertThrows(StreamException.class, reader::read);
    assertEquals(Reason.INTERNAL, failure.reason());
    assertEquals(
        "The runtime's executor runs the engine on the thread that opens the reader, which could"
            + " never read: it needs a thread of its own",
        failure.getMessage());
    assertEquals(List.of(), transport.attempts());
  }

  @Test
  void engineThatNeverRunsCanBeClosed() throws InterruptedException {
    onEngines(task -> {}).subscribe(recorder.listener());

    recorder.close();

    subscription().awaitClosed();
    recorder.assertExhausted();
    assertEquals(List.of("closed"), observer.lines());
  }

  @Test
  void engineThatRunsAfterItWasClosedDoesNothing() {
    onEngines(held::add).subscribe(recorder.listener());

    recorder.close();
    held.remove().run();

    assertEquals(List.of("closed"), observer.lines());
    recorder.assertExhausted();
  }

  private EventStream<String> onEngines(Executor executor) {
    StreamRuntime runtime = StreamRuntime.builder().timekeeper(time).executor(executor).build();
    return stream().withRuntime(runtime);
  }

  // ---- The executor of the deliveries ----

  @Test
  void refusedFirstDeliveryEndsTheSubscription() {
    listen(stream(opens().events(1, 3)).withDeliveryOn(taking(0)));

    assertRefused();
    assertEquals(List.of(), recorder.events());
  }

  @Test
  void refusedLaterDeliveryEndsTheSubscription() {
    time.at(ofSeconds(1), () -> held.remove().run());

    listen(
        stream(opens().events(1, 3).silence(ofSeconds(2)).events(4, 4)).withDeliveryOn(taking(1)));

    recorder.assertEvents("1", "2", "3");
    assertRefused();
    assertEquals("3", subscription().cursor());
  }

  @Test
  void refusedSecondBatchEndsTheSubscription() {
    time.at(ofSeconds(1), () -> held.remove().run());

    listen(stream(opens().events(1, 200).silence(ofSeconds(2))).withDeliveryOn(taking(1)));

    assertDeliveredLessThan(200);
    assertRefused();
  }

  @Test
  void refusedBatchOfACompletedStreamIsAFailure() {
    time.at(ofSeconds(1), () -> held.remove().run());

    listen(stream(opens().events(1, 200).declaresEnd()).withDeliveryOn(taking(1)));

    assertDeliveredLessThan(200);
    assertRefused();
  }

  @Test
  void completionIsReportedEvenIfTheExecutorRefusesIt() {
    time.at(ofSeconds(1), () -> held.remove().run());

    listen(
        stream(opens().events(1, 3).silence(ofSeconds(2)).declaresEnd()).withDeliveryOn(taking(1)));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    recorder.assertExhausted();
  }

  @Test
  void refusalDoesNotHideTheFailureThatEndedTheStream() {
    time.at(ofSeconds(1), () -> held.remove().run());

    listen(
        stream(opens().events(1, 3).silence(ofSeconds(2)).cut(status(304)))
            .withDeliveryOn(taking(1)));

    recorder.assertEvents("1", "2", "3");
    assertEquals(304, recorder.takeFailure().code());
  }

  @Test
  void closeWinsOverARefusal() {
    time.at(ofSeconds(1), recorder::close);

    listen(stream(opens().events(1, 3)).withDeliveryOn(taking(1)));
    held.remove().run();

    recorder.assertExhausted();
  }

  private void assertDeliveredLessThan(int count) {
    List<Event<String>> events = recorder.events();
    assertTrue(events.size() < count, () -> events.size() + " events");
    events.forEach(event -> assertEquals(event, recorder.takeEvent()));
    assertEquals(events.get(events.size() - 1).id(), subscription().cursor());
  }

  private void assertRefused() {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertSame(refusal, failure.getCause());
    recorder.assertExhausted();
    assertEquals(new StreamState.Closed(failure), subscription().state());
  }

  // ---- Consumers that throw after the engine has ended ----

  @Test
  void listenerThatThrowsAfterTheStreamCompletedGetsTheFailure() throws InterruptedException {
    IllegalStateException defect = new IllegalStateException("defect");
    recorder.onEvent(
        event -> {
          if (event.data().equals("2")) {
            throw defect;
          }
        });

    time.at(ofSeconds(1), this::runHeld);

    listen(stream(opens().events(1, 3).declaresEnd()).withDeliveryOn(held::add));

    recorder.assertEvents("1", "2");
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertSame(defect, failure.getCause());
    recorder.assertExhausted();
    assertEquals("1", subscription().cursor());
    assertSame(
        failure,
        assertThrows(StreamException.class, () -> subscription().awaitClosed(ofSeconds(0))));
  }

  @Test
  void subscriberThatThrowsAfterTheStreamCompletedGetsNoSignal() {
    recorder.onEvent(
        event -> {
          throw new IllegalStateException("defect");
        });

    time.at(ofSeconds(1), this::runHeld);

    subscribe(stream(opens().events(1, 3).declaresEnd()).withDeliveryOn(held::add));

    recorder.assertEvents("1");
    recorder.assertExhausted();
    StreamState.Closed closed =
        assertInstanceOf(StreamState.Closed.class, observer.subscription().state());
    assertEquals(Reason.CONSUMER, closed.failure().reason());
    assertThrows(StreamException.class, () -> observer.subscription().awaitClosed(ofSeconds(0)));
  }

  private void runHeld() {
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }
}
