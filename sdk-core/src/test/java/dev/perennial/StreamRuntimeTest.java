package dev.perennial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamRuntimeTest {

  @Test
  void resourceThatWasSetIsUsed() {
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    StreamRuntime runtime =
        StreamRuntime.builder()
            .resource(StringBuilder.class, first)
            .resource(StringBuilder.class, second)
            .build();

    assertSame(second, runtime.resource(StringBuilder.class, () -> fail("was set")));
  }

  @Test
  void resourceIsMadeOnceForEachRuntime() {
    StreamRuntime runtime = StreamRuntime.builder().build();
    StringBuilder made = runtime.resource(StringBuilder.class, StringBuilder::new);

    assertSame(made, runtime.resource(StringBuilder.class, StringBuilder::new));
    assertNotSame(
        made, StreamRuntime.builder().build().resource(StringBuilder.class, StringBuilder::new));
  }

  @Test
  void resourceIsMadeOnceForConcurrentCallers() throws Exception {
    StreamRuntime runtime = StreamRuntime.builder().build();
    AtomicInteger made = new AtomicInteger();
    CountDownLatch isMaking = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Object>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(
            threads.submit(
                () ->
                    runtime.resource(
                        Object.class,
                        () -> {
                          made.incrementAndGet();
                          isMaking.countDown();
                          awaitUninterrupted(mayEnd);
                          return new Object();
                        })));
      }
      awaitUninterrupted(isMaking);
      assertEquals("another type", runtime.resource(String.class, () -> "another type"));
      mayEnd.countDown();

      Object first = results.get(0).get(10, TimeUnit.SECONDS);
      for (Future<Object> result : results) {
        assertSame(first, result.get(10, TimeUnit.SECONDS));
      }
      assertEquals(1, made.get());
    } finally {
      mayEnd.countDown();
      threads.shutdownNow();
    }
  }

  @Test
  void resourceIsMadeByTheNextCallWhenTheFirstFailed() {
    StreamRuntime runtime = StreamRuntime.builder().build();

    assertThrows(
        IllegalStateException.class,
        () ->
            runtime.resource(
                String.class,
                () -> {
                  throw new IllegalStateException("not yet");
                }));

    assertEquals("made", runtime.resource(String.class, () -> "made"));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("Expected the latch to open within 10 s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
