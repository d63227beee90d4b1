package dev.perennial.tests.tck;

import dev.perennial.Event;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams, with delivery on an executor through the bounded queue. As to
 * skips see {@link DirectTckTest}.
 */
public class ExecutorTckTest extends PublisherVerification<Event<String>> {
  private ExecutorService executor;

  public ExecutorTckTest() {
    super(TckStreams.environment());
  }

  @BeforeClass
  void startExecutor() {
    executor = Executors.newFixedThreadPool(4);
  }

  @AfterClass
  void stopExecutor() {
    executor.shutdownNow();
  }

  @Override
  public Publisher<Event<String>> createPublisher(long elements) {
    return TckStreams.of(elements).withDeliveryOn(executor);
  }

  @Override
  public Publisher<Event<String>> createFailedPublisher() {
    return TckStreams.refused().withDeliveryOn(executor);
  }
}
