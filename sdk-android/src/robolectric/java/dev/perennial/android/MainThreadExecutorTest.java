package dev.perennial.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.robolectric.Shadows.shadowOf;

import android.os.Looper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowLooper;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class MainThreadExecutorTest {
  private static final Duration PAUSE = Duration.ofMillis(16);

  private final ShadowLooper main = shadowOf(Looper.getMainLooper());
  private final List<String> ran = new ArrayList<>();

  @Test
  public void runsOnTheMainThreadInOrder() throws Exception {
    Executor executor = MainThreadExecutor.atOnce();
    List<Thread> threads = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              executor.execute(() -> threads.add(Thread.currentThread()));
              executor.execute(() -> ran.add("second"));
            });
    other.start();
    other.join();
    executor.execute(() -> ran.add("third"));
    assertEquals(List.of(), ran);

    main.idle();

    assertEquals(List.of("second", "third"), ran);
    assertSame(Looper.getMainLooper().getThread(), threads.get(0));
  }

  @Test
  public void theFirstTaskAfterAPauseRunsAtOnce() {
    Executor executor = MainThreadExecutor.atMostEvery(PAUSE);

    executor.execute(() -> ran.add("first"));
    main.idle();

    assertEquals(List.of("first"), ran);
  }

  @Test
  public void laterTasksWaitForTheEndOfThePause() {
    Executor executor = MainThreadExecutor.atMostEvery(PAUSE);
    executor.execute(() -> ran.add("first"));
    main.idle();

    executor.execute(() -> ran.add("second"));
    executor.execute(() -> ran.add("third"));
    main.idleFor(Duration.ofMillis(15));
    assertEquals(List.of("first"), ran);
    main.idleFor(Duration.ofMillis(1));

    assertEquals(List.of("first", "second", "third"), ran);
  }

  @Test
  public void aTaskThatSchedulesTheNextLeavesTheMainThreadAloneInBetween() {
    Executor executor = MainThreadExecutor.atMostEvery(PAUSE);
    executor.execute(() -> again(executor, 5));

    for (int passes = 1; passes <= 5; passes++) {
      main.idle();
      assertEquals(passes, ran.size());
      main.idleFor(PAUSE.minusMillis(1));
      assertEquals(passes, ran.size());
      main.idleFor(Duration.ofMillis(1));
    }
  }

  private void again(Executor executor, int times) {
    ran.add("batch");
    if (times > 1) {
      executor.execute(() -> again(executor, times - 1));
    }
  }

  @Test
  public void aPauseOutOfRangeIsRefused() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> MainThreadExecutor.atMostEvery(Duration.ZERO));

    assertEquals("pause must be from 1 ms to 1 s but was PT0S", failure.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> MainThreadExecutor.atMostEvery(Duration.ofMillis(1_001)));
  }
}
