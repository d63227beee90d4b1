package dev.perennial.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static volatile byte[] sink = new byte[0];

  @Test
  void countsWhatANewThreadAllocated() throws InterruptedException {
    CountDownLatch allocated = new CountDownLatch(1);
    CountDownLatch measured = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () -> {
              sink = new byte[10_000_000];
              allocated.countDown();
              awaitUninterrupted(measured);
            });

    Meter meter = Meter.start();
    worker.start();
    allocated.await();
    Usage usage = meter.stop();
    measured.countDown();
    worker.join();

    assertTrue(usage.allocatedBytes() >= 10_000_000, usage::toString);
    assertTrue(usage.allocatedBytes() < 20_000_000, usage::toString);
  }

  @Test
  void saysThatAThreadEndedUnseen() throws InterruptedException {
    Thread worker = new Thread(() -> sink = new byte[10_000_000]);

    Meter meter = Meter.start();
    worker.start();
    worker.join();
    Usage usage = meter.stop();

    assertTrue(usage.unseenThreads() >= 1, usage::toString);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
