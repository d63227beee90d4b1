package dev.perennial.internal.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.queue.Outcome.Act;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each transition of a queue between the engine and its consumer, without either of them. */
class DeliveryStatesTest {
  private final DeliveryStates states =
      new DeliveryStates(new QueueBounds(OverflowMode.BLOCK, 4, 1_000));
  private final StreamException refusal =
      new StreamException(StreamException.Reason.CONSUMER, "refused", null);
  private final Event<String> event = Event.of("1", "message", "1");

  private Act put() {
    return states.add(event, 1, new ArrayList<>());
  }

  private Object next() {
    return states.next(entry -> true);
  }

  private static CallbackException thrown(boolean isReported) {
    return new CallbackException(new IllegalStateException("defect"), isReported);
  }

  @Test
  void firstEntryAsksForADrainAndTheNextOneFindsIt() {
    assertEquals(Act.SCHEDULE, put());
    assertEquals(Act.JOIN, put());
    assertTrue(states.enter());
    assertEquals(Act.NOTHING, put());
  }

  @Test
  void taskThatRunsTwiceDoesNothing() throws Exception {
    put();
    assertTrue(states.enter());

    CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(states::enter);

    assertFalse(other.get(10, TimeUnit.SECONDS));
  }

  @Test
  void drainIsOverWhenNothingIsLeft() {
    put();
    states.enter();
    assertFalse(states.isDrained());
    assertSame(event, next());
    assertFalse(states.isDrained(), "its callback may still run");
    assertNull(next());
    assertTrue(states.isDrained());
    assertEquals(Act.SCHEDULE, put());
  }

  @Test
  void entryWithoutDemandStaysAndDemandStartsADrain() {
    put();
    states.enter();
    assertNull(states.next(entry -> false));
    assertEquals(Act.NOTHING, put());
    assertEquals(Act.SCHEDULE, states.demandAdded());
    states.enter();
    assertSame(event, next());
  }

  @Test
  void endComesAfterWhatIsInTheQueueAndOnce() {
    put();
    assertEquals(Act.JOIN, states.finish(null).act());
    states.enter();
    assertSame(event, next());
    assertSame(DeliveryStates.END, next());
    assertFalse(states.isQuiet(), "the terminal callback runs");
    states.ended();
    assertTrue(states.isQuiet());
    assertFalse(states.beginEnd());
    assertEquals(Act.NOTHING, states.finish(null).act());
    assertEquals(Act.NOTHING, put());
  }

  @Test
  void consumerThatThrewBeforeTheEndSeesNoCompletion() {
    put();
    states.enter();
    next();
    CallbackException thrown = thrown(true);
    assertEquals(Act.FAIL, states.broke(thrown).act());

    Outcome outcome = states.finish(null); // The engine does not know of it.

    assertEquals(StreamException.Reason.CONSUMER, outcome.corrected().reason());
    assertEquals(Act.SCHEDULE, outcome.act());
    assertSame(outcome.corrected(), states.reported());
  }

  @Test
  void consumerThatThrewAfterTheEndSeesNoCompletion() {
    put();
    states.enter();
    next();
    states.finish(null);

    Outcome outcome = states.broke(thrown(true));

    assertEquals(Act.END, outcome.act());
    assertSame(outcome.corrected(), states.reported());
    assertEquals(StreamException.Reason.CONSUMER, outcome.corrected().reason());
  }

  @Test
  void subscriberThatThrewGetsNoTerminalSignal() {
    put();
    states.enter();
    next();
    assertEquals(Act.FAIL, states.broke(thrown(false)).act());

    assertEquals(Act.RELEASE, states.finish(null).act());
    assertTrue(states.isQuiet());
  }

  @Test
  void refusalLosesTheCompletionOnlyIfSomethingIsLost() {
    put();
    assertEquals(Act.FAIL, states.refused(refusal).act());

    Outcome outcome = states.finish(null);

    assertEquals(Act.END, outcome.act());
    assertSame(refusal, outcome.corrected());
    assertTrue(states.beginEnd());
    assertSame(refusal, states.reported());
  }

  @Test
  void refusalOfTheEndAloneLosesNothing() {
    assertEquals(Act.SCHEDULE, states.finish(null).act());

    Outcome outcome = states.refused(refusal);

    assertEquals(Act.END, outcome.act());
    assertNull(outcome.corrected());
    assertNull(states.reported());
  }

  @Test
  void refusalOfADrainThatHasBegunChangesNothing() {
    put();
    states.enter();
    assertEquals(Act.NOTHING, states.refused(refusal).act());
  }

  @Test
  void illegalDemandOvertakesWhatWaitsForDemand() {
    put();
    states.enter();
    states.next(entry -> false);
    states.finish(null);
    IllegalDemandException illegal = new IllegalDemandException(-1);

    Outcome outcome = states.illegalDemand(illegal);

    assertEquals(Act.SCHEDULE, outcome.act());
    assertSame(illegal, states.reported());
    states.enter();
    assertSame(DeliveryStates.END, next());
  }

  @Test
  void illegalDemandBeforeTheEndIsTheEnd() {
    IllegalDemandException illegal = new IllegalDemandException(0);
    assertEquals(Act.NOTHING, states.illegalDemand(illegal).act());

    Outcome outcome = states.finish(null);

    assertSame(illegal, states.reported());
    assertSame(illegal, outcome.corrected().getCause());
  }

  @Test
  void cancelEndsADrainWithoutAnEnd() {
    put();
    put();
    states.enter();
    next();
    states.cancel();
    assertFalse(states.isQuiet(), "a callback runs");
    assertNull(next());
    assertTrue(states.isQuiet());
    assertEquals(Act.NOTHING, states.finish(null).act());
  }

  @Test
  void taskThatRunsWithinItsOwnDrainMakesItGoOn() {
    put();
    states.enter();
    states.handOver();
    assertFalse(states.enter());
    assertTrue(states.goesOn());
    states.handOver();
    assertFalse(states.goesOn(), "nothing has run");
    assertTrue(states.enter());
  }

  @Test
  void drainThatWaitsHasANumberOfItsOwn() {
    assertEquals(0, states.waitingDrain());
    put();
    long first = states.waitingDrain();
    states.enter();
    assertEquals(0, states.waitingDrain());
    states.handOver();
    assertEquals(first + 1, states.waitingDrain());
  }

  @Test
  void droppedEventsAreReturned() {
    DeliveryStates latest = new DeliveryStates(new QueueBounds(OverflowMode.DROP_OLDEST, 1, 1_000));
    List<Event<?>> dropped = new ArrayList<>();

    latest.add(event, 1, dropped);
    latest.add(Event.of("2", "message", "2"), 1, dropped);

    assertEquals(List.of(event), dropped);
    assertEquals(1, latest.events());
    assertEquals(7, latest.room(7), "a policy that drops holds nothing back");
  }
}
