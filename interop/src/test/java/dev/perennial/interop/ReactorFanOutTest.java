package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

class ReactorFanOutTest extends Served {

  @Test
  void viewerThatNeverReadsDoesNotHoldUpTheOthers() {
    ReactorFanOut fanOut = new ReactorFanOut(stream());
    List<String> first = new CopyOnWriteArrayList<>();
    List<String> second = new CopyOnWriteArrayList<>();
    BaseSubscriber<String> neverReads =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}
        };
    fanOut.prices().subscribe(neverReads);
    Disposable one = fanOut.prices().subscribe(first::add);
    Disposable other = fanOut.prices().subscribe(second::add);

    appendNumbers(1_000);

    Soon.holds("both have all", () -> first.size() == 1_000 && second.size() == 1_000);
    assertEquals(1, server.requests().size());
    neverReads.cancel();
    one.dispose();
    other.dispose();
    awaitLeft();
  }
}
