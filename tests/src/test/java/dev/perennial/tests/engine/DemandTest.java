package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.EventStream;
import dev.perennial.StreamState;
import dev.perennial.testkit.EventRecorder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;

/** Nothing is read from the network that was not requested. */
class DemandTest extends EngineTest {

  @Test
  void withoutDemandNothingIsRead() {
    EventRecorder<String> none = EventRecorder.requesting(0);
    List<String> read = new ArrayList<>();
    time.at(
        ofMinutes(1),
        () -> {
          assertEquals(List.of(), read);
          assertEquals(new StreamState.Open(1, true), observer.subscription().state());
          none.request(1);
        });
    time.at(ofMinutes(2), none::close);

    stream(opens().runs(() -> read.add("1")).events(1, 1).runs(() -> read.add("2")).events(2, 2))
        .subscribe(none.subscriber());
    run();

    none.assertEvents("1");
    assertEquals(List.of("1"), read);
  }

  @Test
  void eachRequestIsServed() {
    EventRecorder<String> few = EventRecorder.requesting(2);
    time.at(ofSeconds(1), () -> assertEquals(2, few.events().size()));
    time.at(ofSeconds(1), () -> few.request(3));
    time.at(ofSeconds(2), () -> assertEquals(5, few.events().size()));
    time.at(ofSeconds(3), few::close);

    stream(opens().events(1, 100)).subscribe(few.subscriber());
    run();

    assertEquals(5, few.events().size());
  }

  @Test
  void demandSurvivesAReconnect() {
    EventRecorder<String> few = EventRecorder.requesting(5);
    few.onEvent(
        event -> {
          if (event.data().equals("5")) {
            few.request(1);
          }
        });

    stream(opens().events(1, 3).cut(), opens().events(4, 5).declaresEnd())
        .subscribe(few.subscriber());
    run();

    few.assertEvents("1", "2", "3", "4", "5");
    few.assertCompleted();
    assertEquals(Arrays.asList(null, "3"), transport.cursors());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void demandAddsUpToUnbounded(boolean isQueued) {
    EventRecorder<String> all = EventRecorder.requesting(Long.MAX_VALUE - 1);
    all.onSubscribed(subscribed -> time.after(ofSeconds(0), () -> all.request(Long.MAX_VALUE)));
    EventStream<String> stream = stream(opens().events(1, 500).declaresEnd());

    (isQueued ? stream.withDeliveryOn(time.executor()) : stream).subscribe(all.subscriber());
    run();

    assertEquals(500, all.events().size());
  }

  @Test
  void requestingWithinOnNextDoesNotRecurse() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    List<Integer> depths = new ArrayList<>();
    one.onEvent(
        event -> {
          depths.add(new Throwable().getStackTrace().length);
          one.request(1);
        });

    stream(opens().events(1, 1_000).declaresEnd()).subscribe(one.subscriber());
    run();

    one.events().forEach(event -> one.takeEvent());
    one.assertCompleted();
    assertEquals(1, depths.stream().distinct().count());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyPatternOfRequestsIsHonored(boolean isQueued) {
    for (int run = 0; run < 30; run++) {
      DemandTest one = new DemandTest();
      Random random = new Random(one.time.seed());
      EventRecorder<String> some = EventRecorder.requesting(random.nextInt(3));
      for (int second = 1; second <= 200; second++) {
        one.time.at(ofSeconds(second), () -> some.request(1 + random.nextInt(9)));
      }
      one.time.at(ofSeconds(201), () -> some.request(Long.MAX_VALUE));
      EventStream<String> stream = one.stream(opens().events(1, 1_500).declaresEnd());

      (isQueued ? stream.withDeliveryOn(one.time.executor()) : stream).subscribe(some.subscriber());
      one.run();

      assertEquals(1_500, some.events().size(), one.time::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void illegalRequestIsReportedThoughEventsWaitForDemand(boolean isQueued) {
    EventRecorder<String> none = EventRecorder.requesting(0);
    time.at(ofSeconds(1), () -> none.request(0));
    EventStream<String> stream = stream(opens().events(1, 9).silence(ofMinutes(1)).declaresEnd());

    (isQueued ? stream.withDeliveryOn(time.executor()) : stream).subscribe(none.subscriber());
    run();

    none.assertEvents();
    assertInstanceOf(IllegalArgumentException.class, none.takeEnd().failure());
  }

  @Test
  void illegalRequestIsReportedThoughTheEngineHasEndedAndEventsWaitForDemand() {
    EventRecorder<String> none = EventRecorder.requesting(0);
    time.at(ofSeconds(1), () -> none.request(-1));

    stream(opens().events(1, 9).declaresEnd())
        .withDeliveryOn(time.executor())
        .subscribe(none.subscriber());
    run();

    none.assertEvents();
    assertInstanceOf(IllegalArgumentException.class, none.takeEnd().failure());
    assertInstanceOf(StreamState.Closed.class, observer.subscription().state());
  }

  @Test
  void requestAfterTheEndIsHarmless() {
    EventRecorder<String> all = EventRecorder.create();
    stream(opens().events(1, 1).declaresEnd()).subscribe(all.subscriber());
    run();

    all.request(1);
    all.request(-1);

    all.assertEvents("1");
    all.assertCompleted();
    all.assertExhausted();
  }

  @Test
  void requestAfterACancelIsHarmless() {
    EventRecorder<String> all = EventRecorder.requesting(1);
    time.at(
        ofSeconds(1),
        () -> {
          all.close();
          all.request(5);
          all.request(-5);
        });
    stream(opens().events(1, 9)).subscribe(all.subscriber());
    run();

    all.assertEvents("1");
    all.assertExhausted();
  }

  @Test
  void requestBeforeTheEngineRunsCounts() {
    EventRecorder<String> none = EventRecorder.requesting(0);
    stream(opens().events(1, 1).declaresEnd()).subscribe(none.subscriber());

    none.request(2);
    run();

    none.assertEvents("1");
    none.assertCompleted();
  }

  @Test
  void subscriberMustNotBeNull() {
    assertThrows(NullPointerException.class, () -> stream().subscribe((Subscriber<Object>) null));
  }

  @Test
  void listenerHasUnboundedDemand() {
    listen(stream(opens().events(1, 10_000).declaresEnd()));

    assertEquals(10_000, recorder.events().size());
  }
}
